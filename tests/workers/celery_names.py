"""Names shared by the Celery application and its test."""

from typing import Final

FOLDER: Final = "WORKERS_FOLDER"  # the variable with the folder of the files below
COUNTED: Final = "counted"  # a file with one line, the process id, for each task that has counted

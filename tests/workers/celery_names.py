"""What the Celery application and its test agree on."""

from typing import Final

FOLDER: Final = "WORKERS_FOLDER"  # the variable that says where the files below are
COUNTED: Final = "counted"  # a file with a line, who it was, for each task that has counted

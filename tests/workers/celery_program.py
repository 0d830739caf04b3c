"""A Celery application whose tasks count, with a folder as broker; as a program it sends tasks.

Each task writes a line to a file when it has counted, so that a test knows the expected count.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from celery import Celery  # type: ignore[import-untyped]

from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS
from tests.workers.celery_names import COUNTED, FOLDER

_WORK_SECONDS = 0.02  # so that the other child gets tasks too

_folder = Path(os.environ[FOLDER])
_messages = _folder / "messages"
_messages.mkdir(exist_ok=True)

app = Celery("workers", broker="filesystem://")
app.conf.update(
    broker_transport_options={
        "data_folder_in": str(_messages),
        "data_folder_out": str(_messages),
        "control_folder": str(_folder / "control"),
    },
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
)


def count() -> None:
    """Count once and write a line to the file."""
    time.sleep(_WORK_SECONDS)
    SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
    with (_folder / COUNTED).open("a") as counted:
        counted.write(f"{os.getpid()}\n")


def count_and_die() -> None:
    """Count once, then be killed, as when memory runs out."""
    count()
    os.kill(os.getpid(), signal.SIGKILL)


for _function in (count, count_and_die):
    app.task(_function, name=_function.__name__)


def main() -> None:
    """Send the tasks that are named by the arguments."""
    for name in sys.argv[1:]:
        app.send_task(name)


if __name__ == "__main__":
    main()

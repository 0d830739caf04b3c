"""A disk that is full when a process begins: all is delivered as soon as there is room."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, Delivering, held
from tests.spool.test_store_faults import mounted

WAIT = """
import os, sys, time
print("ready", flush=True)
while os.path.exists(os.environ["WAIT_FOR"]):
    time.sleep(0.05)
"""
IMPORT_ONLY = "import sms_metrics_generated\n"
IN_A_CHILD = """
import os, signal
if child := os.fork():
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGKILL))
    os.waitpid(child, 0)
    os._exit(0)
"""
LATER = "import time; time.sleep(0.5)\n"  # it looks for room that much after its parent
BEAT = "sms_conflation_duplicates_total"
SECONDS = 12.0  # the next push that is due is 15 s after the start, 13 s from here


@contextmanager
def full_disk(place: Path) -> Iterator[Path]:
    """A full disk, and the file whose removal makes room."""
    place.mkdir()
    with mounted(place, "-t", "tmpfs", "-o", "size=1m", "tmpfs"):
        filler = place / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        yield filler


def is_delivered(delivering: Delivering, name: str, value: float) -> bool:
    deadline = time.monotonic() + SECONDS
    while held(delivering.port).get(name) != value and time.monotonic() < deadline:
        time.sleep(0.1)
    return held(delivering.port).get(name) == value


@pytest.mark.parametrize(
    ("program", "name", "value"),
    [
        (RECORD_FIVE, KEXP, 5.0),
        (IMPORT_ONLY, BEAT, 0.0),
        (IMPORT_ONLY + IN_A_CHILD + RECORD_FIVE, KEXP, 5.0),
        (IMPORT_ONLY + IN_A_CHILD + LATER + RECORD_FIVE, KEXP, 5.0),
    ],
    ids=["recorded", "imported", "in a child", "later in a child"],
)
def test_what_a_full_disk_had_no_room_for_is_delivered_once_there_is_some(
    program: str, name: str, value: float, delivering: Delivering, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    with full_disk(disk) as filler:
        elsewhere = replace(delivering, state=disk, more={"WAIT_FOR": str(disk)})
        with elsewhere.start(program + WAIT) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(1.5)
            assert held(elsewhere.port) == {}
            filler.unlink()
            try:
                assert is_delivered(elsewhere, name, value)
            finally:
                process.terminate()
        assert elsewhere.spool_command("deliver", str(elsewhere.spool)).returncode == 0
        assert is_delivered(elsewhere, name, value)


def test_the_exit_delivers_what_had_no_room_until_then(
    delivering: Delivering, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    with full_disk(disk) as filler:
        elsewhere = replace(delivering, state=disk, more={"WAIT_FOR": str(filler)})
        with elsewhere.start(RECORD_FIVE + WAIT) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            filler.unlink()
            _, errors = process.communicate(timeout=60)
        assert errors.count("\n") == 1
        assert "No space left on device" in errors
        assert held(elsewhere.port)[KEXP] == 5

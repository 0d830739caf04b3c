"""Space in a run file: taken once, by whoever comes, and no more of the disk than it takes."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType

import pytest

from tests.support.bytecodes import before_each
from typedprom.spool.format import FIRST_SEGMENT_BYTES, HEADER_BYTES, Header, size
from typedprom.spool.run_file import LockedSegment, RunFile, Segment

THREADS = 8


@pytest.fixture
def file(tmp_path: Path) -> Iterator[RunFile]:
    header = Header(run="a" * 32, pid=1, started=1, boot="b", pid_namespace="p", created=1.0)
    made = RunFile(tmp_path, header)
    yield made
    made.abandon()


def in_threads(work: Callable[[int], None]) -> None:
    """Run `work` in all threads at once."""
    barrier = threading.Barrier(THREADS)

    def run(number: int) -> None:
        barrier.wait()
        work(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def switching() -> Iterator[None]:
    """Switch threads as often as can be."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)


def test_a_file_that_threads_let_grow_is_as_large_as_its_records_need(file: RunFile) -> None:
    def place(number: int) -> None:
        for record in range(200):
            file.place(text(number, record), [0.0])

    with switching():
        in_threads(place)
    needed = HEADER_BYTES + THREADS * 200 * size(text(0, 0), 1)
    assert needed < file.path.stat().st_size < 2 * needed


def text(number: int, record: int) -> bytes:
    return f"{number} {record:3} ".encode().ljust(400, b"x")


def test_space_is_taken_once_where_nothing_keeps_threads_apart(file: RunFile) -> None:
    assert not takes_twice(LockedSegment, file.path)
    assert any(takes_twice(Segment, file.path) for _ in range(20))  # else this proves nothing


def switch(code: CodeType) -> None:
    if code.co_name == "take":
        time.sleep(0)


def takes_twice(kind: type[Segment], path: Path) -> bool:
    """Whether threads get the same space, switched between any two bytecodes as without a GIL."""
    with path.open("r+b") as opened:
        segment = kind(opened.fileno(), 0, FIRST_SEGMENT_BYTES, 0)
    taken: list[int | None] = []

    def take(_number: int) -> None:
        for _ in range(50):
            taken.append(segment.take(8))

    with before_each(switch):
        in_threads(take)
    found = [start for start in taken if start is not None]
    assert found
    return len(set(found)) < len(found)

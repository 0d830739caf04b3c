"""Space in a run file: taken once, by whoever comes, and no more of the disk than it takes."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import ENOSPC, EOPNOTSUPP
from pathlib import Path
from types import CodeType

import pytest

from tests.support.bytecodes import before_each
from typedprom.spool import segments
from typedprom.spool.format import (
    FIRST_SEGMENT_BYTES,
    HEADER_BYTES,
    Header,
    Record,
    records,
    size,
)
from typedprom.spool.run_file import RunFile
from typedprom.spool.segments import LockedSegment, Segment

THREADS = 8
HEADER = Header(run="a" * 32, pid=1, started=1, boot="b", pid_namespace="p", created=1.0)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[RunFile]:
    made = RunFile(tmp_path, HEADER)
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


def refuse(*_: object) -> None:
    raise OSError(EOPNOTSUPP, "Operation not supported")


def test_zeros_of_one_thread_do_not_overwrite_what_another_has_recorded(
    file: RunFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "_ZEROS", 4096)
    write, numbers = os.write, range(200)

    def write_late(descriptor: int, zeros: bytes) -> int:
        """Let others place all their records between two parts of the zeros."""
        monkeypatch.setattr(os, "write", write)
        for number in numbers:
            file.place(text(1, number), [1.0])
        return write(descriptor, zeros)

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    monkeypatch.setattr(os, "write", write_late)
    for number in numbers:
        file.place(text(0, number), [1.0])
    found = [one for one in records(file.path.read_bytes()) if isinstance(one, Record)]
    assert len(found) == 2 * len(numbers)
    assert file.path.stat().st_size < 4 * FIRST_SEGMENT_BYTES + 2 * 4096


def test_zeros_never_make_a_file_too_large_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "posix_fallocate", refuse)
    monkeypatch.setattr(segments, "LARGEST_BYTES", 10_000)
    path = tmp_path / "file"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
    write = os.write

    def write_twice(descriptor: int, zeros: bytes) -> int:
        write(descriptor, zeros)  # that of another thread
        return write(descriptor, zeros)

    monkeypatch.setattr(os, "write", write_twice)
    try:
        segments.reserve(descriptor, 5_000, 5_000)
    finally:
        os.close(descriptor)
    assert path.stat().st_size == 10_000


def test_full_disk_is_one_where_zeros_are_written_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    monkeypatch.setattr(os, "write", full)
    with (tmp_path / "file").open("ab") as stream, pytest.raises(OSError, match="No space left"):
        segments.reserve(stream.fileno(), 0, 4096)


def test_descriptors_are_closed_with_the_file(tmp_path: Path) -> None:
    def descriptors() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    before = descriptors()
    made = RunFile(tmp_path, HEADER)
    assert descriptors() > before
    del made
    assert descriptors() == before


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

"""A disk that takes nothing more, or nothing at all: everything counts nevertheless."""

from __future__ import annotations

import logging
import os
import random
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.spool.run_files import jobs, prepared, total
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.store import SpoolStore

STEPS = ("write", "fsync", "replace", "link", "unlink", "rename")


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[None]:
    done = subprocess.run(["mount", *options, str(place)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("only root may mount; run as root in CI to see what a full disk does")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    place = tmp_path / "small"
    place.mkdir()
    with mounted(place, "-t", "tmpfs", "-o", "size=256k", "tmpfs"):
        directory = prepared(place)
        store = SpoolStore(directory)
        jobs(1).write(directory)
        assert total(store) == 1
        for _ in range(3):
            jobs(1).write(directory)
        filler = place / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        with caplog.at_level(logging.WARNING):
            assert total(store) == 4
            assert total(SpoolStore(directory)) == 4
        with pytest.raises(OSError, match="No space"):
            store.compact()
        assert [message.count("cannot be merged: No space") for message in caplog.messages] == [1]
        filler.unlink()
        assert store.compact() == 3
        assert total(store) == 4


def test_a_file_system_that_is_read_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    with mounted(place, "-t", "tmpfs", "-o", "size=1m", "tmpfs"):
        directory = prepared(place)
        jobs(1).write(directory)
        SpoolStore(directory).compact()
        jobs(2).write(directory)
        (directory.runs / "foreign.run").touch()
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        assert total(SpoolStore(directory)) == 3
        assert len(list(directory.runs.iterdir())) == 2
        assert "cannot be merged: Read-only file system" in caplog.text
        with pytest.raises(OSError, match="cannot be written to"):
            SpoolDirectory(directory.path).prepare()


def test_a_limit_on_the_size_of_files(directory: SpoolDirectory) -> None:
    jobs(1).write(directory)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        assert total(SpoolStore(directory)) == 1
        with pytest.raises(OSError, match="too large"):
            SpoolStore(directory).compact()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert SpoolStore(directory).compact() == 1
    assert total(SpoolStore(directory)) == 1


class Died(BaseException):
    """Nothing catches it, as nothing catches the end of a process."""


@contextmanager
def dying(fault: BaseException, after: int) -> Iterator[None]:
    """Every step fails after a number of them."""
    before = {name: getattr(os, name) for name in STEPS}
    left = iter(range(after))

    def failing(step: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            if next(left, None) is None:
                raise fault
            return step(*arguments, **options)

        return call

    try:
        for name, step in before.items():
            setattr(os, name, failing(step))
        yield
    finally:
        for name, step in before.items():
            setattr(os, name, step)


def damage(path: Path) -> None:
    if path.exists():
        path.write_bytes(path.read_bytes()[:-1] + b"x")


@pytest.mark.parametrize("seed", range(25))
def test_whatever_fails_whenever_every_run_counts_once(
    seed: int, directory: SpoolDirectory
) -> None:
    chance = random.Random(seed)  # noqa: S311
    readers = [SpoolStore(directory) for _ in range(3)]
    recorded = 0.0
    for _ in range(40):
        match chance.randrange(5):
            case 0 | 1:
                amount = chance.randrange(1, 10)
                run = jobs(amount)
                if chance.random() < 0.2:
                    run.records.append(b"damaged!")
                run.write(directory)
                recorded += amount
            case 2:
                fault = OSError(5, "Input/output error") if chance.random() < 0.5 else Died()
                with suppress(Died, OSError), dying(fault, chance.randrange(25)):
                    chance.choice(readers).compact()
            case 3:
                damage(chance.choice([directory.totals, directory.totals_copy]))
                with suppress(Died, OSError), dying(Died(), chance.randrange(25)):
                    chance.choice(readers).compact()
                SpoolStore(directory).compact()
            case _:
                assert total(chance.choice(readers)) == recorded
        assert total(SpoolStore(directory)) == recorded

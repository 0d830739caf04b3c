"""Listing: what cannot be read for a moment is never taken for something that is not there."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from math import inf
from pathlib import Path

import pytest

from tests.spool.holders import holder
from tests.spool.run_files import JOBS, Run, jobs, of_version, total
from typedprom.spool.claims import ChangedError
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.listing import list_runs
from typedprom.spool.store import SpoolStore

FAULTS = (errno.EMFILE, errno.EACCES, errno.EIO, errno.ENFILE)


@contextmanager
def failing(step: str, error: int, last: str) -> Iterator[None]:
    """The step fails with that error for files whose path ends so."""
    real: Callable[..., object] = getattr(os, step)

    def call(file: str | Path | int, *arguments: object, **options: object) -> object:
        if isinstance(file, int):
            file_path = Path(f"/proc/self/fd/{file}").readlink()
        else:
            file_path = Path(file)
        if str(file_path).endswith(last):
            raise OSError(error, os.strerror(error))
        return real(file, *arguments, **options)

    setattr(os, step, call)
    try:
        yield
    finally:
        setattr(os, step, real)


def readers(store: SpoolStore) -> list[Callable[[], object]]:
    return [store.collect, SpoolStore(store.directory).collect]


@pytest.mark.parametrize("error", FAULTS)
@pytest.mark.parametrize("step", ["open", "pread"])
def test_a_live_run_that_cannot_be_read_fails_the_whole(
    step: str, error: int, directory: SpoolDirectory
) -> None:
    store = SpoolStore(directory)
    jobs(1).write(directory)
    with holder(directory) as held:
        assert total(store) == 6
        with failing(step, error, f"{held.run}.run"):
            calls: list[Callable[[], object]] = [
                *readers(store),
                partial(store.delete_series, JOBS.name),
            ]
            for read in calls:
                with pytest.raises(OSError, match=held.run) as failed:
                    read()
                assert failed.value.errno == error
            (skipped,) = store.status().skipped
            assert (skipped.name, skipped.why) == (f"{held.run}.run", os.strerror(error))
        assert total(store) == 6
        assert store.status().skipped == []


@pytest.mark.parametrize("step", ["open", "pread"])
def test_an_ended_run_that_cannot_be_read_fails_the_whole(
    step: str, directory: SpoolDirectory
) -> None:
    store = SpoolStore(directory)
    path = jobs(2).write(directory)
    jobs(1).write(directory)
    with failing(step, errno.EIO, path.name):
        for read in (*readers(store), store.compact):
            with pytest.raises(OSError, match=path.name):
                read()
        assert [file.name for file in store.status().skipped] == [path.name]
    assert total(store) == 3


def test_a_folder_of_runs_that_is_missing_or_unreadable_is_not_empty(
    directory: SpoolDirectory,
) -> None:
    store = SpoolStore(directory)
    jobs(2).write(directory)
    assert total(store) == 2
    with failing("scandir", errno.EACCES, "runs"):
        for read in readers(store):
            with pytest.raises(PermissionError):
                read()
        (skipped,) = store.status().skipped
        assert (skipped.name, skipped.why) == ("runs", "Permission denied")
    shutil.rmtree(directory.runs)
    for read in readers(store):
        with pytest.raises(FileNotFoundError):
            read()
    assert [file.name for file in store.status().skipped] == ["runs"]
    assert store.status().totals.runs == 1
    directory.prepare()
    assert total(store) == 2


def test_a_run_that_vanishes_while_all_are_read_is_looked_for_again(
    directory: SpoolDirectory,
) -> None:
    with directory.locked(0):  # nothing is merged
        path = jobs(2).write(directory)
        store = SpoolStore(directory)
        inventory = store._reader.take_inventory()
        path.rename(path.with_suffix(".kept"))
        with pytest.raises(ChangedError):
            store._reader.read_once(inventory, float("inf"))
        path.with_suffix(".kept").rename(path)
        assert total(store) == 2


def test_a_name_of_a_merged_run_is_kept_while_nobody_knows_whether_it_is_gone(
    directory: SpoolDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = jobs(2).write(directory)
    data = path.read_bytes()
    store = SpoolStore(directory)
    lstat = Path.lstat

    def unknown(self: Path) -> os.stat_result:
        if self.name == path.name:
            raise OSError(errno.EIO, "Input/output error")
        return lstat(self)

    monkeypatch.setattr(Path, "lstat", unknown)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    store.compact()
    jobs(1).write(directory)
    store.compact()
    monkeypatch.undo()
    path.write_bytes(data)
    assert total(SpoolStore(directory)) == 3


def test_what_is_of_another_version_is_only_skipped(directory: SpoolDirectory) -> None:
    path = jobs(3).write(directory)
    path.write_bytes(of_version(1, path.read_bytes()))
    jobs(1).write(directory)
    listing = list_runs(directory, ())
    assert [skipped for skipped, _ in listing.skipped] == [path]
    assert not listing.unreadable
    assert total(SpoolStore(directory)) == 1


def test_a_moment_of_creation_that_cannot_be_is_damage(directory: SpoolDirectory) -> None:
    path = Run(created=inf).define(JOBS).count(1).write(directory)
    assert SpoolStore(directory).status().skipped[0].name == path.name
    assert total(SpoolStore(directory)) == 0
    assert (directory.damaged / path.name).exists()

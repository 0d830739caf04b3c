"""Liveness: by the lock, and where a stranger holds it by who the process was."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.spool.holders import holder
from tests.spool.run_files import NOBODY, jobs, prepared
from typedprom.spool import liveness
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.liveness import is_dead, own_header
from typedprom.spool.opening import opened
from typedprom.spool.run_reader import RunReading, header_of

linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


def dead(directory: SpoolDirectory, run: str, **changes: str | int) -> bool:
    path = directory.runs / f"{run}.run"
    with opened(path) as descriptor:
        return is_dead(descriptor, header_of(descriptor, path)._replace(**changes))  # type: ignore[arg-type]


def test_a_process_lives_until_it_is_killed(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    with holder(directory) as held:
        assert not dead(directory, held.run)
        assert not dead(directory, held.run)  # asking changes nothing
        held.kill()
        assert dead(directory, held.run)


def test_a_process_that_becomes_another_program_is_dead_with_the_same_pid(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    with holder(directory, "execs") as held:
        deadline = time.monotonic() + 20
        while not dead(directory, held.run) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert dead(directory, held.run)
        assert held.process.poll() is None


@linux
def test_a_stranger_that_keeps_the_lock_keeps_nobody_alive(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    with holder(directory, "forks") as held:
        held.process.wait(20)
        with opened(directory.runs / f"{held.run}.run") as descriptor:
            assert not liveness.is_free(descriptor)
        assert dead(directory, held.run)


@linux
def test_a_dead_process_that_nobody_has_waited_for_is_dead(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    with holder(directory, "forks") as held:
        deadline = time.monotonic() + 20
        while not dead(directory, held.run) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert dead(directory, held.run)


@linux
def test_a_lock_that_is_held_means_life_only_as_the_header_says(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    with holder(directory) as held:
        assert not dead(directory, held.run, boot="another", pid=NOBODY)
        assert dead(directory, held.run, started=1)  # the pid was given to another
        assert dead(directory, held.run, pid=NOBODY)
        assert not dead(directory, held.run, started=0)  # nobody knew
        assert not dead(directory, held.run, pid=NOBODY, pid_namespace="another")
        assert not dead(directory, held.run, pid=NOBODY, pid_namespace="")
        assert not dead(directory, held.run, pid=0)
        assert not dead(directory, held.run, pid=2**80)


def test_without_proc_the_lock_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = prepared(tmp_path)
    monkeypatch.setattr(liveness, "_PROC", tmp_path / "none")
    liveness.boot_id.cache_clear()
    try:
        mine = own_header()
        assert (mine.pid, mine.started, mine.pid_namespace) == (os.getpid(), 0, "")
        assert mine.boot == ""
        with holder(directory) as held:
            assert not dead(directory, held.run, pid_namespace="", pid=NOBODY)
            held.kill()
            assert dead(directory, held.run, pid_namespace="")
    finally:
        liveness.boot_id.cache_clear()


@linux
def test_the_name_of_a_program_may_hold_anything() -> None:
    code = """
import ctypes
from typedprom.spool.liveness import own_header
before = own_header()
ctypes.CDLL(None).prctl(15, b") R 1 (x y", 0, 0, 0)
after = own_header()
assert (after.pid, after.started, after.boot) == (before.pid, before.started, before.boot)
assert after.pid_namespace == before.pid_namespace
assert before.started > 0 and before.boot and before.pid_namespace.startswith("pid:")
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_file_that_nobody_locks_is_of_a_dead_process(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    run = jobs(1)
    run.write(directory)
    assert dead(directory, run.run)
    header = own_header()._replace(run=run.run, created=run.created)
    with opened(directory.runs / f"{run.run}.run") as descriptor:
        assert is_dead(descriptor, header)


def test_a_run_file_is_read_while_it_is_held(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    with holder(directory) as held:
        ((definition, labels, numbers),) = RunReading(directory.runs / f"{held.run}.run").series()
        assert (definition.name, labels, numbers[1]) == ("x_jobs_total", (), 5.0)

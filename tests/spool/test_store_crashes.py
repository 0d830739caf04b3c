"""Sweeps that die, and many at once: every run counts once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.spool.run_files import jobs, total
from tests.support.programs import ROOT, run_python
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.store import SpoolStore


def test_every_run_counts_once_wherever_a_sweep_dies(tmp_path: Path) -> None:
    spool = str(tmp_path / "spool")
    done = run_python("-m", "tests.spool.crash_program", spool, seconds=300)
    assert done.returncode == 0, done.stderr
    steps, damaged = map(int, done.stdout.split())
    assert steps > 80
    assert damaged == steps


def test_a_file_that_cannot_be_removed_counts_once(
    directory: SpoolDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = jobs(1).write(directory)
    unlink = os.unlink

    def fail(path: str, **options: int | None) -> None:
        if Path(path) == stuck:
            raise PermissionError(1, "Operation not permitted")
        unlink(path, **options)

    monkeypatch.setattr(os, "unlink", fail)
    for amount in (2, 3, 4):
        jobs(amount).write(directory)
        assert SpoolStore(directory).compact() == (2 if amount == 2 else 1)
    assert total(SpoolStore(directory)) == 10
    assert stuck.exists()
    monkeypatch.undo()
    SpoolStore(directory).compact()
    assert not stuck.exists()
    assert total(SpoolStore(directory)) == 10


def test_totals_are_on_the_disk_before_a_run_is_removed(
    directory: SpoolDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = jobs(1).write(directory)
    calls: list[str] = []
    names = {
        directory.path: "spool", directory.runs: "runs", directory.totals: "totals",
        directory.totals_copy: "copy", path: "run",
        directory.path / "totals.new": "new", directory.path / "totals.copy.new": "new copy",
    }  # fmt: skip
    fsync, replace_, unlink = os.fsync, os.replace, os.unlink

    def named(path: object) -> str:
        return names.get(Path(str(path)), "")

    def note_fsync(descriptor: int) -> None:
        calls.append(f"fsync {named(Path(f'/proc/self/fd/{descriptor}').readlink())}")
        fsync(descriptor)

    def note_replace(source: str, target: str) -> None:
        calls.append(f"replace {named(target)}")
        replace_(source, target)

    def note_unlink(path: str, **options: int | None) -> None:
        if named(path) == "run":
            calls.append("unlink run")
        unlink(path, **options)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(os, "replace", note_replace)
    monkeypatch.setattr(os, "unlink", note_unlink)
    SpoolStore(directory).compact()
    assert calls == [
        "fsync new", "fsync new copy", "replace totals", "replace copy", "fsync spool",
        "unlink run", "fsync runs",
    ]  # fmt: skip


def test_many_who_read_and_merge_at_once_count_every_run_once(directory: SpoolDirectory) -> None:
    program = [sys.executable, "-m", "tests.spool.compacting_program", str(directory.path), "3"]
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    others = [
        subprocess.Popen(
            program, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE
        )
        for _ in range(3)
    ]
    recorded = 0
    while any(other.poll() is None for other in others):
        new = jobs(1)  # written elsewhere and renamed, as processes do
        new_path = directory.runs / f".{new.run}.new"
        new_path.write_bytes(new.data)
        new_path.rename(directory.runs / f"{new.run}.run")
        recorded += 1
        time.sleep(0.002)
    for other in others:
        output, _ = other.communicate(timeout=60)
        assert other.returncode == 0
        assert 0 < float(output) <= recorded
    assert total(SpoolStore(directory)) == recorded

"""The directory: made privately, locked for a while, nothing in it overwritten."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.spool.run_files import prepared
from typedprom.spool.directory import Busy, SpoolDirectory


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_everything_that_is_made_is_private(tmp_path: Path) -> None:
    directory = SpoolDirectory(tmp_path / "a" / "b")
    directory.prepare()
    directory.prepare()
    for folder in (directory.path, directory.runs, directory.damaged, directory.refused):
        assert mode(folder) == 0o700
    with directory.locked(0):
        assert mode(directory.path / "lock") == 0o600


def test_a_directory_that_exists_is_taken_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    SpoolDirectory(tmp_path).prepare()
    assert mode(tmp_path) == 0o755


def test_what_is_no_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match="file is not a directory"):
        SpoolDirectory(tmp_path / "file").prepare()


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs").symlink_to("/tmp")  # noqa: S108
    with pytest.raises(NotADirectoryError, match="runs is not a directory"):
        SpoolDirectory(tmp_path).prepare()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        SpoolDirectory(tmp_path).prepare()


def test_one_at_a_time_holds_the_lock(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    with directory.locked(0):
        with pytest.raises(Busy, match="lock is locked by another process"), directory.locked(0.03):
            pass
        with directory.push_locked(0):
            pass
    with directory.locked(0):
        pass


def test_a_lock_is_had_as_soon_as_it_is_free(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with directory.locked(0):
            held.set()
            free.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(20)
    threading.Timer(0.05, free.set).start()
    with directory.locked(20):
        pass
    thread.join(20)


def test_a_lock_file_that_is_removed_locks_nobody_out(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    with directory.locked(0):
        (directory.path / "lock").unlink()
    with directory.locked(0), pytest.raises(Busy), directory.locked(0):
        pass


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    (directory.path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"), directory.locked(0):
        pass
    assert not (tmp_path / "elsewhere").exists()


FORKS = """
import os, sys, time
from pathlib import Path
from typedprom.spool.directory import SpoolDirectory
directory = SpoolDirectory(Path(sys.argv[1]))
with directory.locked(0):
    if os.fork() == 0:
        print("forked", flush=True)
        time.sleep(60)
        os._exit(0)
    os.kill(os.getpid(), 9)
"""


def test_a_forked_child_does_not_keep_the_lock_of_a_killed_parent(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    program = [sys.executable, "-c", FORKS, str(directory.path)]
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as parent:
        try:
            assert parent.stdout is not None
            assert parent.stdout.readline() == "forked\n"
            parent.wait(20)
            with directory.locked(20):
                pass
        finally:
            os.killpg(parent.pid, 9)


def test_what_is_set_aside_overwrites_nothing(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    for text in ("first", "second", "third"):
        path = directory.runs / "x.run"
        path.write_text(text)
        directory.set_aside(path, f"{text} is bad")
        assert not path.exists()
    kept = ["x.run", "x.run.2", "x.run.3"]
    assert [(directory.damaged / name).read_text() for name in kept] == ["first", "second", "third"]
    assert (directory.damaged / "x.run.2.why").read_text() == "second is bad\n"


def test_folders_pipes_and_links_are_set_aside_themselves(tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    target = tmp_path / "target"
    target.touch()
    for _ in range(2):
        (directory.runs / "folder.run").mkdir()
        os.mkfifo(directory.runs / "pipe.run")
        (directory.runs / "link.run").symlink_to(target)
        for path in list(directory.runs.iterdir()):
            directory.set_aside(path, "odd")
    assert (directory.damaged / "folder.run.2").is_dir()
    assert (directory.damaged / "pipe.run.2").is_fifo()
    assert (directory.damaged / "link.run.2").is_symlink()
    assert target.exists()

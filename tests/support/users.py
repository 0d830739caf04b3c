"""Programs of several users: these tests need root, who can start a program as anybody."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from tests.support.needs import require_program
from tests.support.programs import FORKS_MAY_WARN, ROOT

OPERATOR = 0  # root
OWNER = 1234
OTHER = 2000


@contextmanager
def place_for_all() -> Iterator[Path]:
    """A folder of root's that all can read, below the system's folder for temporary files."""
    if os.geteuid() != OPERATOR:
        pytest.skip("only root may run programs as other users: what they do is NOT tested")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def start_as(
    user: int, *arguments: str, more: Mapping[str, str], groups: str = ""
) -> subprocess.Popen[str]:
    """Start this interpreter as that user, who is in the group of the same number."""
    require_user(user)
    return subprocess.Popen(
        [*_as(user, groups), sys.executable, *FORKS_MAY_WARN, *arguments],
        cwd="/",
        env={
            **{name: value for name, value in os.environ.items() if name != "HOME"},
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TYPEDPROM_INSTANCE": "here",
            **more,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_as(
    user: int, *arguments: str, more: Mapping[str, str], groups: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run this interpreter as that user."""
    with start_as(user, *arguments, more=more, groups=groups) as process:
        output, errors = process.communicate(timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, output, errors)


def owners(folder: Path) -> dict[str, tuple[int, int]]:
    """User and group of the folder and of all that is in it."""
    found = {".": folder.lstat()}
    found.update({str(path.relative_to(folder)): path.lstat() for path in folder.rglob("*")})
    return {name: (status.st_uid, status.st_gid) for name, status in found.items()}


def make(folder: Path, user: int, mode: int = 0o700, group: int | None = None) -> Path:
    """Make a folder of that user's."""
    folder.mkdir()
    os.chown(folder, user, user if group is None else group)
    folder.chmod(mode)  # after `chown`, which clears some bits
    return folder


def _as(user: int, groups: str) -> list[str]:
    if user == OPERATOR:
        return []
    kept = f"--groups={groups}" if groups else "--clear-groups"
    return [require_program("setpriv"), f"--reuid={user}", f"--regid={user}", kept]


@cache
def require_user(user: int) -> None:
    """Skip the test if that user cannot run this interpreter, as where it is in root's home."""
    command = [*_as(user, ""), sys.executable, "-c", "import sms_metrics_generated"]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"uid {user} cannot run {sys.executable}, NOT tested: {done.stderr[-200:]}")

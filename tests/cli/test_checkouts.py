"""Where the compiler is run: a checkout with other line ends, a folder that is gone or closed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Done, Project
from tests.support.needs import require_program
from tests.support.users import require_user

NOBODY = 65534
UP_TO_DATE = "python: 7 files, up to date\n"
ELSEWHERE = "run typedprom in the project's folder, or pass it as --project"


def git(folder: Path, *arguments: str) -> None:
    command = [require_program("git"), "-c", "core.autocrlf=true", "-c", "core.safecrlf=false"]
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(
        [*command, *author, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_checkout_with_crlf_line_ends_is_up_to_date(project: Project) -> None:
    catalog = project.folder / "catalog/stock.yaml"
    catalog.write_text(
        catalog.read_text() + "  lost:\n    type: counter\n    help: |\n      A\n      b.\n"
    )
    assert project.run("generate").exit == 0
    git(project.folder, "init", "--quiet")
    git(project.folder, "add", ".")
    git(project.folder, "commit", "--quiet", "-m", "all")
    for path in project.tree():
        if not path.startswith(".git/"):
            (project.folder / path).unlink()
    git(project.folder, "checkout", "--", ".")
    before = project.tree()
    assert b"\r\n" in before["src/shop_metrics/orders.py"]
    assert b"\r\n" in before["src/shop_metrics/.typedprom.json"]

    assert project.run("generate", "--check") == Done(0, UP_TO_DATE, "")
    assert project.run("generate", "--diff") == Done(0, "", "")
    assert project.run("generate") == Done(0, UP_TO_DATE, "")
    assert project.tree() == before


def run_in(project: Project, change: str, command: str) -> Done:
    """Run a shell command in a folder of the project, and then `typedprom` there."""
    folder = project.folder / "here"
    folder.mkdir()
    user: list[str] = []
    if change.startswith("chmod") and os.geteuid() == 0:  # permissions do not hold for root
        require_user(NOBODY)
        setpriv = require_program("setpriv")
        user = [setpriv, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    run = ["sh", "-c", f'{change} && exec "$0" "$@"', *user, sys.executable]
    done = subprocess.run(
        [*run, "-m", "typedprom_codegen", *command.split()],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("command", ["check", "generate", "generate --check", "check --project ."])
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("chmod 0 .", "cannot be read: permission denied"),
        ("rmdir ../here", "does not exist"),
    ],
)
def test_current_folder_that_cannot_be_used(
    project: Project, change: str, problem: str, command: str
) -> None:
    error = f"typedprom: error: the current folder {problem}; {ELSEWHERE}\n"
    assert run_in(project, change, command) == Done(2, "", error)


@pytest.mark.parametrize("command", ["explain TP203", "schema", "--version"])
def test_commands_that_need_no_folder(project: Project, command: str) -> None:
    done = run_in(project, "chmod 0 .", command)
    assert (done.exit, done.stderr) == (0, "")

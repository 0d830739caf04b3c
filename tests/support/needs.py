"""What tests need that no Python package has: there, or a loud word that it is not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from tools.servers import htpasswd, missing, missing_htpasswd, missing_newer


def lacking(what: str) -> NoReturn:
    """Skip the test; under CI=true fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


def require_servers() -> None:
    """The test needs the real servers."""
    if absent := missing():
        lacking(f"needs {', '.join(absent)}, which are not unpacked: run `make servers`")


def require_newer_prometheus() -> None:
    """The test needs all of them, and trixie's Prometheus."""
    require_servers()
    if missing_newer():
        lacking("needs trixie's Prometheus, which is not unpacked: run `make servers`")


def require_htpasswd() -> tuple[Path, dict[str, str]]:
    """Where Apache's htpasswd is, and the environment variables that it needs."""
    if missing_htpasswd():
        lacking("needs htpasswd, which is not unpacked: run `make servers`")
    program, libraries = htpasswd()
    return program, {"LD_LIBRARY_PATH": str(libraries)}


def require_program(name: str) -> str:
    """Where the program is that the test needs."""
    return shutil.which(name) or lacking(f"needs the program `{name}`, which is not installed")

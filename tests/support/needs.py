"""Programs that tests need: without one, a test is skipped with a message and fails in CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from tools.servers import (
    htpasswd,
    missing,
    missing_htpasswd,
    missing_newer,
    missing_node_exporter,
)

ROOT = Path(__file__).resolve().parent.parent.parent


def lacking(what: str) -> NoReturn:
    """Skip the test; with CI=true let it fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


def require_servers() -> None:
    """Require the real servers."""
    if absent := missing():
        lacking(f"needs {', '.join(absent)}, which are not unpacked: run `make servers`")


def require_newer_prometheus() -> None:
    """Require the real servers and trixie's Prometheus."""
    require_servers()
    if missing_newer():
        lacking("needs trixie's Prometheus, which is not unpacked: run `make servers`")


def require_node_exporter() -> None:
    """Require node_exporter."""
    if missing_node_exporter():
        lacking("needs node_exporter, which is not unpacked: run `make servers`")


def require_htpasswd() -> tuple[Path, dict[str, str]]:
    """Return the path of Apache's htpasswd and the environment variables that it needs."""
    if missing_htpasswd():
        lacking("needs htpasswd, which is not unpacked: run `make servers`")
    program, libraries = htpasswd()
    return program, {"LD_LIBRARY_PATH": str(libraries)}


def require_program(name: str) -> str:
    """Return the path of a program that the test needs."""
    return shutil.which(name) or lacking(f"needs the program `{name}`, which is not installed")


def shared_data(name: str) -> Path:
    """Return the path of a file of others' data, which is kept beside the checkout."""
    path = ROOT.parent / "shared" / "data" / name
    return path if path.exists() else lacking(f"needs {path}, which is not there")

"""The oldest prometheus_client that the runtime allows exposes the same as the newest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.support.needs import lacking

ROOT = Path(__file__).parents[2]
FLOOR = ROOT / ".venv" / ".floor"
TESTS = (
    "tests/exposition/test_cell_renderer.py",
    "tests/exposition/test_identity.py",
    "tests/exposition/test_negotiation.py",
    "tests/exposition/test_registry_protobuf.py",
    "tests/exposition/test_spool_collectors.py",
    "tests/runtime/test_exposition_equality.py",
    "tests/runtime/test_import_hook.py",
    "tests/runtime/test_serving.py",
    "tests/serving/test_apps.py",
)


def pinned() -> str:
    """The version that is tested as the oldest."""
    text = (ROOT / "requirements" / "floor.lock").read_text(encoding="utf-8")
    found = re.search(r"^prometheus-client==([0-9.]+) ", text, re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_oldest_version_that_is_allowed_is_the_one_that_is_tested() -> None:
    project = tomllib.loads((ROOT / "runtime" / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dependencies"] == [f"prometheus-client>={pinned()},<1"], (
        "run `make lock UPGRADE=`"
    )


def test_it_exposes_the_same() -> None:
    installed = FLOOR / f"prometheus_client-{pinned()}.dist-info"
    if not installed.is_dir():
        lacking(f"needs prometheus_client {pinned()} in .venv/.floor: run `make .venv/.floor`")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    check = f"import prometheus_client; assert {str(FLOOR)!r} in prometheus_client.__file__; "
    run = "import pytest, sys; sys.exit(pytest.main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", check + run, "-q", "-n", "0", "-p", "no:cacheprovider", *TESTS],
        cwd=ROOT,
        env=kept | {"PYTHONPATH": f"{FLOOR}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

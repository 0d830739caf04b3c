"""Output of the Python target is unchanged by `ruff format` and passes `ruff check`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.compiler.python_catalogs import catalog, closed, component, label, metric
from tests.compiler.python_strategies import catalogs
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.emit.python import TARGET, PythonOptions
from typedprom_codegen.ir import Catalog, MetricType

STRICT = (
    *("A", "ARG", "B", "C4", "D", "E", "F", "FBT", "I", "N", "PGH", "PIE", "PL", "PYI", "RET"),
    *("RUF", "S", "SIM", "SLOT", "TC", "TID", "UP", "W"),
)
NOT_MEANT = (
    *("A001", "A002", "A005"),  # builtins are legal names of labels and components
    *("D203", "D213"),  # each conflicts with an enabled rule
    *("D205", "D400", "D415"),  # the first paragraph is the catalog's title, however long
    "E501",  # a long name or value cannot be broken
    *("N801", "N802", "N803", "N999"),  # names of labels and components are chosen by the catalog
    *("PLR0913", "PLR0917"),  # as many parameters as labels
    "TC001",  # annotations must also be resolvable at run time
    "S108",  # a label's value may look like a path
    *("RUF001", "RUF002"),  # the catalog may be written in any script
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(catalogs(), st.sampled_from((79, 88, 100, 120)))
def test_output_for_any_catalog_is_formatted_like_ruff(made: Catalog, limit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(made, Path(folder, "metrics"), limit)
        ruff(folder, "format", "--diff", f"--line-length={limit}")
        check(folder, limit, NOT_MEANT)


def test_lines_keep_their_length_if_names_allow() -> None:
    sentence = "It says why it was late, which nobody can know, " * 5
    reason = closed("reason", *(f"reason_{n}" for n in range(30)))
    labels = [reason, *(label(f"label_{n}") for n in range(8))]
    made = catalog(
        component("jobs", metric("jobs.late", MetricType.COUNTER, *labels, help=sentence)),
        labels=labels,
        title=sentence,
    )
    with tempfile.TemporaryDirectory() as folder:
        write(made, Path(folder, "metrics"), 79)
        ruff(folder, "format", "--diff", "--line-length=79")
        check(folder, 79, tuple(code for code in NOT_MEANT if code != "E501"))


def write(made: Catalog, folder: Path, limit: int) -> None:
    """Write the package to `folder`."""
    folder.mkdir(parents=True)
    for file in TARGET.emit(CompiledCatalog(made), PythonOptions("metrics", limit)):
        Path(folder, file.path).write_text(file.text, encoding="utf-8", newline="\n")


def check(folder: str, limit: int, ignored: tuple[str, ...]) -> None:
    """Check all files in `folder` with the strict rules."""
    rules = (f"--select={','.join(STRICT)}", f"--ignore={','.join(ignored)}")
    ruff(folder, "check", "--target-version=py311", f"--line-length={limit}", *rules)


def ruff(folder: str, *arguments: str) -> None:
    """Run ruff on a folder, configured only by the arguments."""
    command = (
        sys.executable,
        "-m",
        "ruff",
        arguments[0],
        "--isolated",
        "--no-cache",
        *arguments[1:],
        ".",
    )
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(done.stdout + done.stderr)

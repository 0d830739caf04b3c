"""Environment variables: each is documented, and a misspelt one is logged."""

import os
from pathlib import Path

import pytest

from tests.support.programs import run_python
from typedprom.core.variables import KNOWN, unknown
from typedprom.delivery.sinks import SinkSpec, sink_variables, specs

ROOT = Path(__file__).parents[2]


ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in (ROOT / "docs" / "variables.md").read_text().splitlines()
    if line.startswith("| `")
]


def test_the_table_has_every_variable_once() -> None:
    assert sorted(name for name, _, _ in ROWS) == sorted(
        f"`{name}`" for name in KNOWN | sink_variables()
    )


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.name)
def test_the_table_says_of_a_sink_what_its_spec_says(spec: SinkSpec) -> None:
    for name, meaning, default in (spec.variable, *spec.other_variables):
        assert (f"`{name}`", meaning, default) in ROWS


def test_only_variables_with_our_prefix_are_checked() -> None:
    assert unknown([*KNOWN, "PATH", "MY_TYPEDPROM_JOB", "SMS_PUSHGATEWAY_URL"]) == []


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["PUSHGATEWY_URL"], "PUSHGATEWY_URL (did you mean TYPEDPROM_PUSHGATEWAY_URL?)"),
        (["SPOOLDIR"], "SPOOLDIR (did you mean TYPEDPROM_SPOOL_DIR?)"),
        (["COLOUR"], "COLOUR"),
        (["X\udcff\n"], r"X\udcff\n"),
        ([f"X{n}" for n in range(5)], "X0, TYPEDPROM_X1, TYPEDPROM_X2, 2 more"),
    ],
)
def test_misspelt_variables_are_logged_once(
    names: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in names:
        monkeypatch.setenv("TYPEDPROM_" + name, os.devnull)
    ended = run_python("-c", "import sms_metrics_generated, typedprom.metrics.self_metrics")
    assert (ended.returncode, ended.stdout) == (0, "")
    noun = "variable" if len(names) == 1 else "variables"
    line = f"unknown environment {noun} TYPEDPROM_{told} (further ones are not logged)\n"
    assert ended.stderr == line
    ended = run_python("-m", "typedprom.delivery.cli", "status", "nowhere")
    assert ended.stderr.startswith(line)


def test_a_variable_that_a_catalog_names_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPEDPROM_SHOP_PORT", "1234")
    ended = run_python("-c", NAMING)
    assert (ended.returncode, ended.stderr) == (0, "")


NAMING = """
from typedprom import Catalog, Environment
named = Environment(metrics_port="TYPEDPROM_SHOP_PORT")
Catalog(namespace="shop", title="", description="", interface=1, environment=named).register()
"""

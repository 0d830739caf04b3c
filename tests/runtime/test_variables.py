"""Environment variables: each is documented, and a misspelt one is logged."""

import os
import subprocess
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


LATE = """
import os
import sms_metrics_generated, typedprom
os.environ.update({variables!r})
{then}
print("end")
"""
JOB = "with typedprom.job('x'): print('job')"
SERVE = "typedprom.serve(0).close(); print('serve')"


def run_late(variables: dict[str, str], then: str = "") -> subprocess.CompletedProcess[str]:
    return run_python("-c", LATE.format(variables=variables, then=then))


def late(*names: str) -> str:
    were, it = ("was", "it") if len(names) == 1 else ("were", "them")
    return (
        f"{', '.join(names)} {were} set after the metrics package of `sms` was imported, which is "
        f"too late: set {it} before that import (further ones are not logged)\n"
    )


@pytest.mark.parametrize(
    "name",
    [
        "SMS_PUSHGATEWAY_URL",
        *(f"TYPEDPROM_{name}" for name in ("PUSHGATEWAY_URL", "TEXTFILE", "OTLP_ENDPOINT")),
        *sorted(KNOWN - {"TYPEDPROM_STRICT"}),
    ],
)
def test_a_variable_that_is_set_after_the_import_is_named(name: str) -> None:
    done = run_late({name: "1"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "end\n", late(name))


@pytest.mark.parametrize(
    "then",
    [
        JOB,
        SERVE,
        "typedprom.wsgi_app()",
        "typedprom.asgi_app()",
        f"{JOB}\n{JOB}",
        f"{JOB}\n{SERVE}",
    ],
)
def test_it_is_named_once_and_before_the_end(then: str) -> None:
    named = {"TYPEDPROM_PUSHGATEWAY_URL": "http://127.0.0.1:9", "TYPEDPROM_JOB": "x"}
    done = run_late(named, f"{then}\nimport sys; print('then', file=sys.stderr)")
    assert done.returncode == 0, done.stderr
    assert done.stderr == late("TYPEDPROM_JOB", "TYPEDPROM_PUSHGATEWAY_URL") + "then\n"


@pytest.mark.parametrize(
    "variables",
    [
        {"TYPEDPROM_STRICT": "0"},
        {"TYPEDPROM_DISABLED": "0"},
        {"TYPEDPROM_JOB": ""},
        {"SMS_METRICS_PORT": "9"},
        {"TYPEDPROM_SPOOL_DIR": "/somewhere/else"},
    ],
)
def test_what_is_read_later_or_only_changed_is_not_told(
    variables: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TYPEDPROM_SPOOL_DIR", str(tmp_path / "spool"))
    done = run_late(variables, JOB)
    assert (done.returncode, done.stdout, done.stderr) == (0, "job\nend\n", "")


def test_recording_that_is_turned_off_between_two_imports_is_told() -> None:
    program = "import os, typedprom; os.environ['TYPEDPROM_DISABLED'] = '1'; import {}"
    done = run_python("-c", program.format("sms_metrics_generated"))
    assert (done.returncode, done.stderr) == (0, late("TYPEDPROM_DISABLED"))


def test_nothing_is_told_where_recording_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPEDPROM_DISABLED", "1")
    done = run_late({"TYPEDPROM_PUSHGATEWAY_URL": "http://127.0.0.1:9"}, JOB)
    assert (done.returncode, done.stderr) == (0, "")


def test_variables_that_a_test_sets_are_not_told_of(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("""
import sms_metrics_generated, typedprom
def test_it(monkeypatch):
    monkeypatch.setenv("TYPEDPROM_PUSHGATEWAY_URL", "http://127.0.0.1:9")
    with typedprom.job("x"):
        pass
""")
    done = run_python("-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert "too late" not in done.stdout + done.stderr


def test_a_server_is_told_at_the_next_scrape() -> None:
    program = """
import os, sys, urllib.request
import sms_metrics_generated, typedprom
with typedprom.serve(0) as server:
    os.environ["TYPEDPROM_TEXTFILE"] = "/x.prom"
    print("set", file=sys.stderr)
    urllib.request.urlopen(server.url).read()
    print("scraped", file=sys.stderr)
"""
    done = run_python("-c", program)
    assert (done.returncode, done.stderr) == (0, f"set\n{late('TYPEDPROM_TEXTFILE')}scraped\n")

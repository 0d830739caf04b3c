"""Sinks are found by their modules alone, and a sink that somebody adds needs nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import typedprom
from tests.delivery.gateway import RECORD_FIVE, SUCCESS
from tests.support.programs import ROOT
from typedprom.delivery import sinks

ADDED = Path(__file__).parent / "added_sink" / "json_file.py"


@dataclass(frozen=True, slots=True)
class Installation:
    """A copy of typedprom with one more module among its sinks."""

    folder: Path

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run Python with it."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("TYPEDPROM_")
        }
        environment["PYTHONPATH"] = os.pathsep.join((str(self.folder), str(ROOT)))
        environment["XDG_STATE_HOME"] = str(self.folder / "state")
        return subprocess.run(
            [sys.executable, *arguments],
            env={**environment, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def spool(self) -> Path:
        return self.folder / "state" / "typedprom" / "sms"


def installed(folder: Path, module: str) -> Installation:
    package = Path(typedprom.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(package, folder / "typedprom", ignore=ignored)
    (folder / "typedprom" / "delivery" / "sinks" / "json_file.py").write_text(module)
    return Installation(folder)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return installed(tmp_path, ADDED.read_text())


def test_each_module_of_the_package_is_a_sink() -> None:
    modules = {path.stem for path in Path(sinks.__file__).parent.glob("*.py")} - {"__init__"}
    assert len(sinks.specs()) == len(modules)
    variables = [
        variable.name
        for spec in sinks.specs()
        for variable in (spec.variable, *spec.other_variables)
    ]
    assert len(variables) == len(set(variables)) == len(sinks.sink_variables())


def test_the_variable_of_an_added_sink_turns_the_spool_on(installation: Installation) -> None:
    target = installation.folder / "x.json"
    done = installation.run("-c", RECORD_FIVE, TYPEDPROM_JSON_FILE=str(target))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    written = json.loads(target.read_text())
    assert (written["job"], written[SUCCESS]) == ("sms", [5.0])
    assert installation.spool.is_dir()


def test_an_added_sink_has_its_option(installation: Installation) -> None:
    target = installation.folder / "x.json"
    spool = {"TYPEDPROM_SPOOL_DIR": str(installation.spool)}
    assert installation.run("-c", RECORD_FIVE, **spool).returncode == 0
    deliver = ("-m", "typedprom.delivery.cli", "deliver", str(installation.spool))
    done = installation.run(*deliver)
    assert done.returncode == 2
    assert (
        "no destination configured: set SMS_PUSHGATEWAY_URL or TYPEDPROM_PUSHGATEWAY_URL or "
        "TYPEDPROM_JSON_FILE or" in (done.stderr)
    )
    done = installation.run(*deliver, "--json-file", str(target))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(f" series to {target}\n")
    assert json.loads(target.read_text())[SUCCESS] == [5.0]
    done = installation.run(*deliver, "--json-file", "x.txt")
    words = "the JSON file of --json-file is not used: its name must end in `.json`"
    assert (done.returncode, done.stderr) == (2, f"typedprom-spool: {words}\n")
    assert "--json-file FILE.json" in installation.run(*deliver, "--help").stdout


def test_the_variables_of_an_added_sink_are_known(installation: Installation) -> None:
    done = installation.run(
        "-c", "import sms_metrics_generated", TYPEDPROM_JSON_FIEL="x", TYPEDPROM_JSON_INDENT="2"
    )
    message = "unknown environment variable TYPEDPROM_JSON_FIEL (did you mean TYPEDPROM_JSON_FILE?)"
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"{message} (further ones are not logged)\n"


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("SPEC = None", "sink module json_file is not used: module "),
        ("SINK = None", "sink module json_file is not used: `SINK` is not a SinkSpec"),
        ("import nothing_of_that_name", "sink module json_file is not used: No module named "),
    ],
)
def test_a_broken_sink_is_logged_and_the_others_deliver(
    module: str, words: str, tmp_path: Path
) -> None:
    installation, target = installed(tmp_path, module), tmp_path / "x.prom"
    done = installation.run("-c", RECORD_FIVE, TYPEDPROM_TEXTFILE=str(target))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith(words)
    assert done.stderr.count("\n") == 1
    assert SUCCESS in target.read_text()


def test_no_sink_is_imported_without_a_variable_of_one(installation: Installation) -> None:
    program = RECORD_FIVE + "\nimport sys; print([n for n in sys.modules if '.sinks.' in n])"
    for variables in ({}, {"TYPEDPROM_SPOOL_DIR": str(installation.spool)}):
        done = installation.run("-c", program, **variables)
        assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")

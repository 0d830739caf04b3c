"""Test suites deliver nothing to what the shell names, nor do the programs that tests run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.programs import ROOT
from typedprom.core.environment import ignore_environment
from typedprom.core.variables import IGNORED
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.store import SpoolStore

RECORD = "from tests.runtime.sample import HEARTBEAT; HEARTBEAT.inc()"
AUTOLOAD_OFF = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

IN_PROCESS = """
from tests.runtime.sample import HEARTBEAT
def test_it():
    HEARTBEAT.inc()
"""

PROGRAM = f"""
import subprocess, sys
IMPORT
def test_it():
    subprocess.run([sys.executable, "-c", {RECORD!r}], check=True)
"""

WORKER = """
import multiprocessing
from tests.runtime.sample import HEARTBEAT
def work():
    HEARTBEAT.inc()
def test_it():
    process = multiprocessing.get_context("METHOD").Process(target=work)
    process.start()
    process.join()
    assert process.exitcode == 0
"""

OWN_VALUES = f"""
import os, subprocess, sys
def test_it(tmp_path):
    env = os.environ | {{"TYPEDPROM_SPOOL_DIR": str(tmp_path / "own")}}
    subprocess.run([sys.executable, "-c", {RECORD!r}], check=True, env=env)
    assert (tmp_path / "own" / "runs").exists()
"""


def run_session(folder: Path, *options: str, more: Mapping[str, str] | None = None) -> str:
    """Run pytest in the folder, whose tests must pass, in a shell that names a spool."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "."],
        cwd=folder,
        env={
            **os.environ,
            "TYPEDPROM_SPOOL_DIR": str(folder / "spool"),
            "PYTHONPATH": str(ROOT),
            **(more or {}),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "tests",
    [
        pytest.param(IN_PROCESS, id="in process"),
        pytest.param(PROGRAM.replace("IMPORT", ""), id="a program"),
        pytest.param(WORKER.replace("METHOD", "fork"), id="fork"),
        pytest.param(WORKER.replace("METHOD", "spawn"), id="spawn"),
        pytest.param(WORKER.replace("METHOD", "forkserver"), id="forkserver"),
    ],
)
def test_what_the_shell_names_is_ignored(tests: str, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(tests)
    run_session(tmp_path)
    assert not (tmp_path / "spool").exists()


@pytest.mark.parametrize(
    "tests",
    [
        pytest.param(IN_PROCESS, id="in process"),
        pytest.param(PROGRAM.replace("IMPORT", "import tests.runtime.sample"), id="a program"),
        pytest.param(WORKER.replace("METHOD", "spawn"), id="spawn"),
    ],
)
def test_metrics_that_tests_import_see_to_it_without_the_plugin(tests: str, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(tests)
    run_session(tmp_path, more=AUTOLOAD_OFF)
    assert not (tmp_path / "spool").exists()


def test_metrics_that_a_conftest_records_are_not_delivered(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(RECORD)
    (tmp_path / "test_it.py").write_text("def test_it(): pass")
    run_session(tmp_path)
    assert not (tmp_path / "spool").exists()


def test_workers_of_xdist_ignore_it_too(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(PROGRAM.replace("IMPORT", RECORD))
    run_session(tmp_path, "-n", "1")
    assert not (tmp_path / "spool").exists()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "127.0.0.1:9/prefix"])
def test_a_variable_that_a_catalog_names_is_ignored_in_programs(
    address: str, tmp_path: Path
) -> None:
    record = "from sms_metrics_generated import HEARTBEAT; HEARTBEAT.inc()"
    (tmp_path / "test_it.py").write_text(PROGRAM.replace("IMPORT", "").replace(RECORD, record))
    state = tmp_path / "state"
    more = {
        "TYPEDPROM_SPOOL_DIR": "",
        "SMS_PUSHGATEWAY_URL": address,
        "XDG_STATE_HOME": str(state),
    }
    run_session(tmp_path, more=more)
    assert not state.exists()
    run_session(tmp_path, "-o", "typedprom_delivery=true", more=more)
    assert (state / "typedprom" / "sms" / "runs").exists()


def test_what_a_test_sets_is_used_in_programs(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(OWN_VALUES)
    run_session(tmp_path)
    assert not (tmp_path / "spool").exists()


def test_a_project_can_deliver_from_tests_and_their_programs(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\ntypedprom_delivery = true\n")
    (tmp_path / "test_it.py").write_text(PROGRAM.replace("IMPORT", RECORD))
    run_session(tmp_path)
    families = SpoolStore(SpoolDirectory(tmp_path / "spool")).collect()
    (heartbeat,) = [f for f in families if f.definition.name == "sample_heartbeat_total"]
    assert heartbeat.series[()][1] == 2


CALLING_PYTEST = f"""
import os, pytest
before = os.environ.get("TYPEDPROM_IGNORED")
assert pytest.main(["-q", "-p", "no:cacheprovider", "."]) == 0
assert os.environ.get("TYPEDPROM_IGNORED") == before
{RECORD}
"""


def test_a_program_that_has_called_pytest_delivers_afterwards(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(): pass")
    spool = tmp_path / "spool"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TYPEDPROM_SPOOL_DIR": str(spool)}
    subprocess.run([sys.executable, "-c", CALLING_PYTEST], cwd=tmp_path, env=env, check=True)
    assert (spool / "runs").exists()


def test_no_secret_can_be_guessed_by_its_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    def marks(**variables: str) -> str:
        with monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            undo = ignore_environment()
            try:
                return os.environ[IGNORED]
            finally:
                undo()

    before = marks(SHOP_URL="http://gateway", TYPEDPROM_OTLP_ENDPOINT="http://collector")
    assert before == marks(
        SHOP_URL="http://me:hunter2@gateway",
        TYPEDPROM_OTLP_ENDPOINT="http://collector?key=hunter2",
        DATABASE_URL="postgres://me:hunter2@database:5432/shop",
        **dict.fromkeys(("SHOP_PASSWORD", "TYPEDPROM_PUSHGATEWAY_PASSWORD"), "hunter2"),
        SHOP_AUTH="me:123456",
        TYPEDPROM_PUSHGATEWAY_USERNAME="hunter2",
        BROKEN_URL="http://me:hun?ter2@gateway",
    )
    assert before == marks(
        SHOP_URL="https://gateway/hunter2", TYPEDPROM_OTLP_ENDPOINT="http://collector#hunter2"
    )
    assert before != marks(SHOP_URL="http://other", TYPEDPROM_OTLP_ENDPOINT="http://collector")

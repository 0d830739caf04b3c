"""An alert of each form fires and resolves: a program, a real Prometheus, traffic in seconds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.needs import require_servers
from tests.support.programs import ROOT, run_python
from tools.promql_api import Api, wait_until
from tools.running import free_port, prometheus

CASE = Path(__file__).parent / "firing"
SICK = {"source": "a"}
OF_FORMS: dict[str, dict[str, str]] = {
    "FastFormAny": {"kind": "refused"},
    "FastFormRatio": SICK,
    "FastFormGauge": SICK,
    "FastFormSilent": {},
    "FastFormSilentWhile": SICK,
    "FastFormFewer": SICK,
    "FastFormFewerBefore": SICK,
    "FastFormQuantile": {},
    "FastFormExpr": SICK,
    "FastCommandLate": {"command": "importer"},
}
"""The alerts of what the program does while it is ill, with the labels that they have."""

OF_WHAT_IS_MISSING = {"FastFormAbsent": {}, "FastCommandNeverRan": {"command": "report"}}
"""The alerts of what the program records only after a while."""


@pytest.mark.slow
def test_each_form_fires_and_resolves(tmp_path: Path) -> None:
    require_servers()
    shutil.copytree(CASE, tmp_path / "project")
    done = run_python("-m", "typedprom_codegen", "generate", "--project", str(tmp_path / "project"))
    assert done.returncode == 0, done.stderr
    rules = sorted((tmp_path / "project" / "prometheus" / "rules").glob("*.yml"))
    state = tmp_path / "state"
    state.write_text("well", encoding="utf-8")
    port = free_port()
    with (
        prometheus(tmp_path, {"fast": port}, rules=rules) as server,
        traffic(tmp_path / "project", port, state),
    ):
        api = Api(server.port)
        wait_until(lambda: fires(api, OF_WHAT_IS_MISSING), seconds=40, what="what is missing")
        wait_until(lambda: firing(api) == {}, seconds=60, what="nothing to fire")
        state.write_text("ill", encoding="utf-8")
        wait_until(lambda: fires(api, OF_FORMS), seconds=40, what="an alert of each form")
        assert firing(api).keys() == OF_FORMS.keys()
        state.write_text("well", encoding="utf-8")
        wait_until(lambda: firing(api) == {}, seconds=60, what="all alerts to resolve")


def fires(api: Api, expected: dict[str, dict[str, str]]) -> bool:
    """Return whether these alerts fire, each once, with these labels."""
    found = firing(api)
    return all(found.get(name) == [labels] for name, labels in expected.items())


def firing(api: Api) -> dict[str, list[dict[str, str]]]:
    """Return the labels of all firing alerts by name, without those that rules add."""
    added = {"__name__", "alertname", "alertstate", "severity", "owner", "every"}
    found: dict[str, list[dict[str, str]]] = {}
    for answer in api.query('ALERTS{alertstate="firing"}'):
        own = {name: value for name, value in answer.labels.items() if name not in added}
        found.setdefault(answer.labels["alertname"], []).append(own)
    return found


@contextmanager
def traffic(project: Path, port: int, state: Path) -> Iterator[None]:
    """Run the program until the file with its state is removed."""
    path = os.pathsep.join((str(project / "src"), str(ROOT / "runtime")))
    program = subprocess.Popen(
        [sys.executable, project / "traffic.py", str(port), state],
        env=os.environ | {"PYTHONPATH": path},
    )
    try:
        yield
    finally:
        state.unlink()
        try:
            program.wait(10)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()

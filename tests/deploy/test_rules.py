"""deploy/: a catalog of typedprom's own metrics, whose rules are generated, loaded and tested."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TypedDict

import pytest
import yaml

from tests.support.needs import require_newer_prometheus
from tests.support.programs import ROOT
from tools.servers import Build, program
from typedprom_codegen.commands import CheckOptions, check

PROJECT = ROOT / "deploy"
FOLDER = PROJECT / "prometheus"
RULES = sorted((FOLDER / "rules").glob("*.yml"))
BEHAVIOUR = Path(__file__).with_name("behaviour.test.yml")
TESTS = [BEHAVIOUR, *sorted((FOLDER / "tests").glob("*.test.yml"))]
BUILDS = [Build.STABLE, Build.NEWER]
ALSO_NEWER = [Build.STABLE, pytest.param(Build.NEWER, marks=pytest.mark.slow)]


def promtool(build: Build, *arguments: str | Path, seconds: float = 120) -> str:
    """Return the output of promtool; raise AssertionError with it if promtool fails."""
    require_newer_prometheus()
    done = subprocess.run(
        [program("promtool", build), *arguments],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("build", BUILDS)
def test_the_rules_are_valid(build: Build) -> None:
    assert "SUCCESS" in promtool(build, "check", "rules", *RULES)


@pytest.mark.parametrize("build", ALSO_NEWER)
def test_unit_tests_of_alerts_pass(build: Build) -> None:
    assert "SUCCESS" in promtool(build, "test", "rules", *TESTS)


@pytest.mark.parametrize("build", BUILDS)
def test_the_scrape_configuration_is_valid_and_finds_the_rules(build: Build) -> None:
    out = promtool(build, "check", "config", "prometheus.yml")
    assert out.count("rules found") == len(RULES)


def test_the_checker_finds_nothing() -> None:
    outcome = check(PROJECT, CheckOptions(strict=True, rules=("prometheus/rules",)))
    assert outcome.exit == 0, outcome.stderr


class Alert(TypedDict):
    alert: str
    expr: str
    labels: dict[str, str]
    annotations: dict[str, str]


def alerts() -> list[Alert]:
    groups = [group for file in RULES for group in yaml.safe_load(file.read_text())["groups"]]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def test_every_alert_has_severity_summary_description_and_a_page() -> None:
    for alert in alerts():
        assert alert["labels"]["severity"] in ("critical", "warning")
        assert set(alert["annotations"]) == {"summary", "description"}
        page = (PROJECT / "runbooks" / f"{alert['alert']}.md").read_text(encoding="utf-8")
        assert "The catalog does not say" not in page


def test_every_alert_is_tested_both_firing_and_silent() -> None:
    fires: set[str] = set()
    quiet: set[str] = set()
    for file in TESTS:
        for case in yaml.safe_load(file.read_text())["tests"]:
            for step in case.get("alert_rule_test", ()):
                (fires if step.get("exp_alerts") else quiet).add(step["alertname"])
    names = {alert["alert"] for alert in alerts()}
    assert fires == quiet == names


def test_alerts_use_only_exposed_names() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in RULES)
    queries = [rule["expr"] for rule in _rules(text)]
    used = {name for query in queries for name in re.findall(r"(?<![:\w])typedprom_\w+", query)}
    assert used == {
        "typedprom_job_last_run_timestamp_seconds",
        "typedprom_job_last_success_timestamp_seconds",
        "typedprom_label_invalid_total",
        "typedprom_label_overflow_total",
        "typedprom_push_last_timestamp_seconds",
        "typedprom_push_refused_families",
        "typedprom_spool_damaged_files",
        "typedprom_spool_faults_total",
        "typedprom_spool_info",
    }


def _rules(text: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for document in re.split(r"(?m)^# Generated.*$", text):
        for group in (yaml.safe_load(document) or {}).get("groups", ()):
            found += group["rules"]
    return found

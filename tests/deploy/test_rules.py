"""The files of deploy/prometheus, checked with promtool: valid, and alerts fire as expected."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TypedDict

import pytest
import yaml

from tests.support.needs import require_servers
from tests.support.programs import ROOT
from tools.servers import program

FOLDER = ROOT / "deploy" / "prometheus"
RULES = FOLDER / "typedprom-delivery.rules.yml"
TESTS = FOLDER / "typedprom-delivery.test.yml"


def promtool(*arguments: str | Path, seconds: float = 120) -> str:
    """Return the output of promtool; raise AssertionError with it if promtool fails."""
    require_servers()
    done = subprocess.run(
        [program("promtool"), *arguments],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_rules_are_valid() -> None:
    assert "SUCCESS" in promtool("check", "rules", RULES)


def test_unit_tests_of_alerts_pass() -> None:
    assert "SUCCESS" in promtool("test", "rules", TESTS)


def test_the_scrape_configuration_is_valid_and_finds_the_rules() -> None:
    assert f"{len(alerts())} rules found" in promtool("check", "config", "prometheus.yml")


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["> 2 * 3600", "> 1\n", "and time() - push_failure", "> 0\n"])
def test_the_unit_tests_notice_a_changed_rule(tmp_path: Path, fault: str) -> None:
    require_servers()
    text = RULES.read_text()
    assert fault in text
    (tmp_path / RULES.name).write_text(text.replace(fault, BROKEN[fault], 1))
    (tmp_path / TESTS.name).write_text(TESTS.read_text())
    with pytest.raises(AssertionError, match="FAILED"):
        promtool("test", "rules", tmp_path / TESTS.name)


BROKEN = {
    "> 2 * 3600": ">= 2 * 3600",
    "> 1\n": "> 0\n",
    "and time() - push_failure": "or time() - push_failure",
    "> 0\n": "> 2\n",
}


class Alert(TypedDict):
    alert: str
    expr: str
    labels: dict[str, str]
    annotations: dict[str, str]


def alerts() -> list[Alert]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_every_alert_has_severity_summary_and_description() -> None:
    for alert in alerts():
        assert alert["labels"]["severity"] in ("critical", "warning")
        assert set(alert["annotations"]) == {"summary", "description"}


def test_every_alert_is_tested_both_firing_and_silent() -> None:
    fires: set[str] = set()
    quiet: set[str] = set()
    for case in yaml.safe_load(TESTS.read_text())["tests"]:
        for step in case["alert_rule_test"]:
            (fires if step.get("exp_alerts") else quiet).add(step["alertname"])
    names = {alert["alert"] for alert in alerts()}
    assert fires == quiet == names


def test_alerts_use_only_exposed_names() -> None:
    used = {name for alert in alerts() for name in re.findall(r"\w+_\w+", alert["expr"])}
    used -= {"max_over_time", "count_over_time"}
    assert {name for name in used if name.startswith("typedprom_")} == {
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
    assert {name for name in used if not name.startswith("typedprom_")} == {
        "push_failure_time_seconds",
        "push_time_seconds",
    }

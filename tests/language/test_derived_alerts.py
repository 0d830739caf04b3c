"""Alerts that facts derive, and how a catalog replaces or disables them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.language.shop_rules import COMMAND, JOBS, alert, scheduled, with_rules
from tests.support.catalogs import HEADER, compiled, with_metrics
from typedprom_codegen.ir import AbsentForm, AnyForm, LabelValues, LateForm, NeverForm

HOURLY = "{command: {import: 1h, report: 1h}}"


def keys(outcome_alerts: tuple[object, ...]) -> list[str]:
    return [getattr(each, "key") for each in outcome_alerts]  # noqa: B009


def test_schedules_derive_lateness_never_and_failures(tmp_path: Path) -> None:
    outcome = scheduled(tmp_path, HOURLY)
    late, never, failing = outcome.whole.alerts
    assert (late.key, late.name, late.severity.name) == ("command_late", "ShopCommandLate", "page")
    assert (never.key, never.severity.name) == ("command_never_ran", "ticket")
    assert (failing.key, failing.severity.name) == ("command_failing", "ticket")
    assert isinstance(late.form, LateForm)
    assert late.form.selected.metric.local_key == "last_run.timestamp"
    assert isinstance(never.form, NeverForm)
    assert late.form.schedules == never.form.schedules == outcome.catalog.schedules
    assert isinstance(failing.form, AnyForm)
    assert (failing.form.over, failing.form.above) == (3 * 3600, Decimal(1))
    assert failing.form.selected.where == (LabelValues("command", ("import", "report")),)
    assert all(each.is_derived and each.by == ("command",) for each in outcome.whole.alerts)
    assert all(each.runbook.do and each.component == "jobs" for each in outcome.whole.alerts)
    assert late.span == late.where("above") == outcome.catalog.schedules[0].span


def test_each_interval_has_an_alert_on_failures(tmp_path: Path) -> None:
    outcome = scheduled(tmp_path, "{command: {report: 1d, import: 1h}}")
    forms = {each.key: each.form for each in outcome.whole.alerts}
    hourly, daily = forms["command_failing"], forms["command_failing_1d"]
    assert isinstance(hourly, AnyForm)
    assert isinstance(daily, AnyForm)
    assert (hourly.over, daily.over) == (3 * 3600, 3 * 86400)
    assert hourly.selected.where == (LabelValues("command", ("import",)),)
    assert daily.selected.where == (LabelValues("command", ("report",)),)


def test_a_declared_alert_replaces_a_derived_one_of_its_key(tmp_path: Path) -> None:
    rules = "alerts: {command_late: {late: last_success.timestamp, severity: ticket}}\n"
    outcome = scheduled(tmp_path, HOURLY, rules)
    late = alert(outcome, "command_late")
    assert not late.is_derived
    assert keys(outcome.whole.alerts) == ["command_late", "command_never_ran", "command_failing"]


def test_a_derived_alert_can_be_disabled(tmp_path: Path) -> None:
    rules = "alerts: {command_failing: {disabled: Failures are counted elsewhere.}}\n"
    outcome = scheduled(tmp_path, HOURLY, rules)
    assert keys(outcome.whole.alerts) == ["command_late", "command_never_ran"]


def test_a_declared_alert_with_errors_is_not_derived_either(tmp_path: Path) -> None:
    rules = "alerts: {command_late: {late: last_succes.timestamp}}\n"
    outcome = scheduled(tmp_path, HOURLY, rules)
    assert outcome.codes == ["TP315"]
    assert "command_late" not in keys(outcome.catalog.alerts)


def test_schedules_of_jobs_apply_to_any_gauge_of_times(tmp_path: Path) -> None:
    outcome = scheduled(tmp_path, "{job: {nightly: 1d}}")
    late = alert(outcome, "job_late")
    assert isinstance(late.form, LateForm)
    assert late.form.selected.metric.local_key == "last_run.timestamp"
    assert late.by == ("job",)


def test_without_metrics_of_runs_schedules_derive_nothing(tmp_path: Path) -> None:
    jobs = (
        "component: {name: jobs, title: Jobs}\nmetrics:\n"
        "  done: {type: counter, help: Done., labels: [command]}\n"
        "  finished.timestamp: {type: gauge, unit: seconds, help: End.}\n"
        "  old_errors: {type: counter, help: x, labels: [command], emitted: false}\n"
    )
    assert scheduled(tmp_path, HOURLY, jobs=jobs).whole.alerts == ()


def test_a_catalog_that_says_nothing_has_absence_and_age(tmp_path: Path) -> None:
    absent, stale = with_rules(tmp_path, "").whole.alerts
    assert (absent.key, stale.key) == ("absent", "stale")
    assert isinstance(absent.form, AbsentForm)
    assert absent.form.selected.metric.local_key == "sent.bytes"  # the first that starts at 0
    assert isinstance(stale.form, LateForm)
    assert (stale.form.after, stale.form.schedules) == (26 * 3600, ())
    assert stale.span == stale.form.selected.metric.span


def test_a_catalog_that_surely_records_nothing_has_no_alert(tmp_path: Path) -> None:
    metrics = (
        "  size: {type: gauge, help: Size.}\n"
        "  seen: {type: counter, help: Seen., labels: [country]}\n"
        "  others: {type: counter, help: Others., emitted: false}\n"
    )
    header = HEADER + "labels: {country: {help: x, domain: {kind: open, budget: 5}}}\n"
    assert compiled(tmp_path, with_metrics(metrics, header=header)).whole.alerts == ()


def test_any_alert_of_its_own_is_enough(tmp_path: Path) -> None:
    assert keys(with_rules(tmp_path, "alerts: {x: {any: placed}}\n").whole.alerts) == ["x"]


def test_disabling_is_no_alert_of_its_own(tmp_path: Path) -> None:
    rules = "alerts: {absent: {disabled: It may stop.}}\n"
    assert keys(with_rules(tmp_path, rules).whole.alerts) == ["stale"]


def test_with_one_severity_derived_alerts_say_what_to_do(tmp_path: Path) -> None:
    header = HEADER.replace("}", f", severities: {{page: x}}, schedules: {HOURLY}}}") + COMMAND
    outcome = compiled(tmp_path, {"catalog.yaml": header, "jobs.yaml": JOBS})
    assert {each.severity.name for each in outcome.whole.alerts} == {"page"}
    assert all(each.runbook.do for each in outcome.whole.alerts)

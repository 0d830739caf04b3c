"""Each form of an alert, and what it is by default."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.language.shop_rules import ORDERS, alert, scheduled, with_rules
from tests.support.catalogs import HEADER, compiled
from typedprom_codegen.ir import (
    AbsentForm,
    AnyForm,
    ExprForm,
    FewerForm,
    GaugeForm,
    LabelValues,
    LateForm,
    NeverForm,
    QuantileForm,
    RatioForm,
    Side,
    SilentForm,
)

HOUR, DAY = 3600, 86400


def test_any(tmp_path: Path) -> None:
    found = alert(with_rules(tmp_path, "alerts: {failing: {any: payments.error}}\n"), "failing")
    assert isinstance(found.form, AnyForm)
    assert found.form.selected.metric.key == "orders.payments.error"
    assert (found.form.over, found.form.above) == (HOUR, Decimal(0))
    assert (found.name, found.component, found.by) == ("ShopFailing", "orders", ())
    assert (found.severity.name, found.hold, found.keep) == ("ticket", 0, 0)
    assert (found.owner, found.is_derived) == ("packers", False)
    assert (found.summary, found.description, found.runbook.do) == ("", "", "")


def test_any_of_bytes_above_a_size(tmp_path: Path) -> None:
    rules = "alerts: {much: {any: sent.bytes, above: 1GiB, over: 1d}}\n"
    form = alert(with_rules(tmp_path, rules), "much").form
    assert isinstance(form, AnyForm)
    assert (form.above, form.over) == (Decimal(2**30), DAY)


def test_ratio(tmp_path: Path) -> None:
    rules = (
        "alerts:\n  failing:\n    ratio: payments\n    by: [country]\n"
        "    where: {cause: [refused]}\n    except: {country: [test]}\n"
    )
    found = alert(with_rules(tmp_path, rules), "failing")
    form = found.form
    assert isinstance(form, RatioForm)
    assert (form.ratio.key, form.ratio.local_key) == ("orders.payments", "payments")
    (bad,), (good,) = form.bad, form.good
    assert bad.where == (LabelValues("cause", ("refused",)),)
    assert good.where == ()  # successes have no cause
    assert bad.unless == good.unless == (LabelValues("country", ("test",)),)
    assert (form.above, form.least, form.over) == (Decimal("0.5"), 2, HOUR)
    assert (found.by, found.keep) == (("country",), 15 * 60)


def test_gauge_above_and_below(tmp_path: Path) -> None:
    rules = (
        "alerts:\n  full: {gauge: queue.bytes, above: 64MiB, for: 15m, by: [channel]}\n"
        "  empty: {gauge: fill, below: 10%, for: 0s}\n"
    )
    outcome = with_rules(tmp_path, rules)
    full, empty = alert(outcome, "full"), alert(outcome, "empty")
    assert isinstance(full.form, GaugeForm)
    assert (full.form.side, full.form.threshold) == (Side.ABOVE, Decimal(2**26))
    assert isinstance(empty.form, GaugeForm)
    assert (empty.form.side, empty.form.threshold) == (Side.BELOW, Decimal("0.1"))
    assert (full.hold, empty.hold) == (900, 0)


def test_silent_while_something_else_happens(tmp_path: Path) -> None:
    rules = (
        "alerts: {unpaid: {silent: payments.success, while: placed,\n"
        "  where: {channel: [web, app]}, by: [country], least: 5}}\n"
    )
    found = alert(with_rules(tmp_path, rules), "unpaid")
    assert isinstance(found.form, SilentForm)
    assert found.form.busy is not None
    assert found.form.busy.where == (LabelValues("channel", ("web", "app")),)
    assert found.form.selected.where == ()  # payments have no channel
    assert (found.form.least, found.hold) == (5, 300)


def test_fewer_than_before_or_than_others(tmp_path: Path) -> None:
    rules = (
        "alerts:\n  shrank: {fewer: placed, than: 30%, before: 7d, least: 20}\n"
        "  unpaid: {fewer: payments.success, of: [placed, payments.error]}\n"
    )
    outcome = with_rules(tmp_path, rules)
    before, of = alert(outcome, "shrank").form, alert(outcome, "unpaid").form
    assert isinstance(before, FewerForm)
    assert (before.than, before.before, before.of) == (Decimal("0.3"), 7 * DAY, ())
    assert (before.over, before.least) == (DAY, 20)
    assert isinstance(of, FewerForm)
    assert (of.than, of.before, of.least) == (Decimal("0.5"), None, 10)
    assert [each.metric.local_key for each in of.of] == ["placed", "payments.error"]


def test_quantile(tmp_path: Path) -> None:
    rules = "alerts: {slow: {quantile: packing.duration, above: 30m, at: 99.9%}}\n"
    form = alert(with_rules(tmp_path, rules), "slow").form
    assert isinstance(form, QuantileForm)
    assert (form.at, form.threshold, form.least) == (Decimal("0.999"), Decimal(1800), 10)
    assert form.over == DAY


def test_late_after_a_time(tmp_path: Path) -> None:
    rules = "alerts: {no_orders: {late: last_order.timestamp, after: 26h}}\n"
    form = alert(with_rules(tmp_path, rules), "no_orders").form
    assert isinstance(form, LateForm)
    assert (form.after, form.schedules) == (26 * HOUR, ())


def test_late_and_never_follow_the_schedules_of_the_label(tmp_path: Path) -> None:
    rules = (
        "alerts:\n  late: {late: last_success.timestamp, where: {command: [report]}}\n"
        "  never: {never: errors}\n"
    )
    outcome = scheduled(tmp_path, "{command: {import: 1h, report: 1d}}", rules)
    late, never = alert(outcome, "late"), alert(outcome, "never")
    assert isinstance(late.form, LateForm)
    assert [schedule.value for schedule in late.form.schedules] == ["report"]
    assert isinstance(never.form, NeverForm)
    assert [schedule.value for schedule in never.form.schedules] == ["import", "report"]
    assert late.by == never.by == ("command",)
    assert (late.hold, never.hold) == (300, HOUR)


def test_windows_hold_three_runs_where_programs_have_schedules(tmp_path: Path) -> None:
    rules = "alerts: {failing: {any: errors}, soon: {any: errors, over: 1h, name: Soon}}\n"
    outcome = scheduled(tmp_path, "{command: {import: 1h, report: 1d}}", rules)
    default, stated = alert(outcome, "failing").form, alert(outcome, "soon").form
    assert isinstance(default, AnyForm)
    assert isinstance(stated, AnyForm)
    assert (default.over, stated.over) == (3 * DAY, HOUR)
    assert alert(outcome, "soon").name == "Soon"


def test_absent(tmp_path: Path) -> None:
    rules = "alerts: {gone: {absent: placed, where: {channel: [web]}, over: 2h}}\n"
    form = alert(with_rules(tmp_path, rules), "gone").form
    assert isinstance(form, AbsentForm)
    assert form.over == 2 * HOUR
    assert form.selected.where == (LabelValues("channel", ("web",)),)


def test_expr_with_its_tests(tmp_path: Path) -> None:
    rules = (
        'alerts:\n  own:\n    expr: "max(shop_orders_queue_bytes) > 5"\n    tests:\n'
        "      - name: full\n        series: [{series: shop_orders_queue_bytes, values: 6x9}]\n"
        "        fires: [9m]\n        quiet: [1h]\n        labels: {channel: web}\n"
    )
    outcome = with_rules(tmp_path, rules)
    form = alert(outcome, "own").form
    assert isinstance(form, ExprForm)
    assert form.query.expr == "max(shop_orders_queue_bytes) > 5"
    (test,) = form.tests
    assert (test.fires, test.quiet, test.labels) == ((540,), (HOUR,), (("channel", "web"),))
    assert [(each.series, each.values) for each in test.input] == [
        ("shop_orders_queue_bytes", "6x9")
    ]
    assert test.span.line == ORDERS.count("\n") + 5


def test_what_a_person_writes_is_kept_as_it_is(tmp_path: Path) -> None:
    rules = (
        "alerts:\n  failing:\n    any: payments.error\n    severity: page\n"
        "    summary: \"{{ $value }} 'failed'\"\n    description: |\n      One.\n      Two.\n"
        '    do: "1. Look.\\n2. Act."\n    lost: Money.\n    silence: Never.\n    owner: bank\n'
    )
    found = alert(with_rules(tmp_path, rules), "failing")
    assert found.severity.name == "page"
    assert (found.summary, found.description) == ("{{ $value }} 'failed'", "One.\nTwo.\n")
    assert (found.runbook.do, found.runbook.lost) == ("1. Look.\n2. Act.", "Money.")
    assert (found.runbook.silence, found.owner) == ("Never.", "bank")


def test_metrics_of_other_components_by_their_full_keys(tmp_path: Path) -> None:
    catalog = HEADER + "alerts: {failing: {ratio: orders.payments}}\n"
    store = (
        "component: {name: store, title: Store}\n"
        "metrics: {placed: {type: counter, help: Items placed.}}\n"
        "alerts: {here: {any: placed}, there: {any: orders.placed}}\n"
    )
    orders = (
        "component: {name: orders, title: Orders}\nmetrics:\n"
        "  placed: {type: counter, help: Orders.}\n"
        "  payments.success: {type: counter, help: Payments.}\n"
        "  payments.error: {type: counter, help: Failures.}\n"
    )
    files = {"catalog.yaml": catalog, "orders.yaml": orders, "store.yaml": store}
    outcome = compiled(tmp_path, files)
    here, there = alert(outcome, "here").form, alert(outcome, "there").form
    assert isinstance(here, AnyForm)
    assert isinstance(there, AnyForm)
    assert here.selected.metric.key == "store.placed"
    assert there.selected.metric.key == "orders.placed"
    whole = alert(outcome, "failing")
    assert (whole.component, whole.owner) == (None, "shop-team")
    assert [each.key for each in outcome.whole.alerts] == ["here", "there", "failing"]


@pytest.mark.parametrize("field", ["hold", "keep"])
def test_times_can_be_nothing(tmp_path: Path, field: str) -> None:
    rules = "alerts: {failing: {ratio: payments, for: 0s, keep: 0s}}\n"
    assert getattr(alert(with_rules(tmp_path, rules), "failing"), field) == 0


def test_labels_of_the_scrape_and_constant_ones_are_labels_of_all(tmp_path: Path) -> None:
    header = HEADER.replace("}", ", target_labels: [cluster], constant_labels: {region: eu}}")
    rules = (
        "alerts: {full: {gauge: fill, above: 90%, by: [cluster, instance],\n"
        "  where: {region: [eu], job: [shop]}}}\n"
    )
    found = alert(with_rules(tmp_path, rules, header=header), "full")
    assert isinstance(found.form, GaugeForm)
    assert [each.label for each in found.form.selected.where] == ["region", "job"]


def test_what_another_error_hides_is_not_reported(tmp_path: Path) -> None:
    orders = (
        "component: {name: orders, title: Orders}\n"
        "labels:\n  country: {help: x, domain: {kind: opn}}\n"
        "metrics:\n  placed: {type: conter, help: x}\n"
        "  paid: {type: counter, help: x, labels: [country]}\n"
        "alerts:\n  silent: {silent: placed}\n  failing: {ratio: paid}\n"
        "  few: {any: paid, by: [country], where: {country: [at]}}\n"
        "ratios: {paid: {bad: [placed], good: [paid]}}\n"
    )
    outcome = compiled(tmp_path, {"catalog.yaml": HEADER, "orders.yaml": orders})
    assert {code[:3] for code in outcome.codes} == {"TP1"}, [d.message for d in outcome.found]

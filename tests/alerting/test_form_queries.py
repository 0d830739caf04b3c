"""The queries of each form over made samples: what they find, and what they do not."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.alerts import (
    DAY,
    HOUR,
    alert,
    alerting,
    catalog,
    compile_alerts,
    except_,
    hourly,
    ratio_form,
    selected,
)
from tests.support.promtool_values import Samples, evaluated
from typedprom_codegen.ir import (
    AbsentForm,
    Alert,
    AnyForm,
    FewerForm,
    GaugeForm,
    LateForm,
    NeverForm,
    QuantileForm,
    Side,
    SilentForm,
)

TARGET = 'job="j",instance="i"'
ERROR = "shop_orders_reads_error_total"
SUCCESS = "shop_orders_reads_success_total"
CHECKS = "shop_orders_checks_total"
BEATS = "shop_orders_beats_total"
RAN = "shop_orders_ran_seconds"
LAG = "shop_orders_lag_bytes"
DURATION = "shop_orders_duration_seconds"

START = 600
"""A minute at which births can be told in windows of up to six hours."""

SOON = START + 10


def series(name: str, **labels: str) -> str:
    own = [f'{label}="{value}"' for label, value in labels.items()]
    return f"{name}{{{','.join([*own, TARGET])}}}"


def born(amount: float, at: int = START, end: int = START + 200) -> Samples:
    return [*([None] * at), *([amount] * (end - at))]


def asked(
    made: Alert, samples: Mapping[str, Samples], *minutes: int, folder: Path, rule: int = 0
) -> list[float | None]:
    """What the query of an alert gives at these minutes."""
    compiled = compile_alerts(made, of=hourly())
    length = max(map(len, samples.values()))
    up = {series("up"): [1.0] * length}
    query = alerting(compiled)[rule].expr
    found = evaluated(compiled, {**up, **samples}, query, minutes, folder)
    return [found[minute] for minute in minutes]


def test_any_counts_the_chosen_values_only(tmp_path: Path) -> None:
    form = AnyForm(selected("reads.error", kind=("disk", "network")), 2 * HOUR, Decimal(0))
    samples = {
        series(ERROR, source="a", kind="disk"): born(2),
        series(ERROR, source="b", kind="other"): born(9),
    }
    assert asked(
        alert(form), samples, START - 1, SOON, START + 119, START + 130, folder=tmp_path
    ) == [None, 2, 2, None]


def test_any_leaves_values_out(tmp_path: Path) -> None:
    form = AnyForm(except_(selected("reads.error"), "kind", "other"), 2 * HOUR, Decimal(1))
    samples = {
        series(ERROR, source="a", kind="disk"): born(1),
        series(ERROR, source="b", kind="network"): born(2),
        series(ERROR, source="b", kind="other"): born(9),
    }
    assert asked(alert(form, "source"), samples, SOON, folder=tmp_path) == [2]


def test_a_share_is_found_where_nothing_succeeded(tmp_path: Path) -> None:
    samples = {series(ERROR, source="a", kind="disk"): born(3)}
    assert asked(alert(ratio_form(), "source"), samples, SOON, folder=tmp_path) == [1]


def test_a_share_of_few_events_is_not_found(tmp_path: Path) -> None:
    samples = {
        series(ERROR, source="a", kind="disk"): born(2),
        series(SUCCESS, source="a"): born(1),
    }
    assert asked(alert(ratio_form(), "source"), samples, SOON, folder=tmp_path) == [None]


@pytest.mark.parametrize(("failed", "found"), [(3, None), (4, 4 / 7)])
def test_a_share_must_be_above_its_limit(failed: int, found: float | None, tmp_path: Path) -> None:
    samples = {
        series(ERROR, source="a", kind="disk"): born(failed - 1),
        series(ERROR, source="a", kind="network"): born(1),
        series(SUCCESS, source="a"): born(3),
        series(SUCCESS, source="b"): born(100),
    }
    (value,) = asked(alert(ratio_form(), "source"), samples, SOON, folder=tmp_path)
    assert value == pytest.approx(found)


def test_the_worst_value_of_a_gauge_counts(tmp_path: Path) -> None:
    samples = {series(LAG, source="a"): born(5), series(LAG, source="b"): born(7)}
    above = GaugeForm(selected("lag"), Side.ABOVE, Decimal("6.5"))
    below = GaugeForm(selected("lag"), Side.BELOW, Decimal("5.5"))
    assert asked(alert(above), samples, SOON, folder=tmp_path) == [7]
    assert asked(alert(below), samples, SOON, folder=tmp_path) == [5]
    assert asked(alert(below, "source"), samples, SOON, folder=tmp_path) == [5]


def test_a_counter_at_zero_and_an_absent_one_are_silent(tmp_path: Path) -> None:
    form = alert(SilentForm(selected("beats"), None, 300, 0))
    beating = [float(minute) for minute in range(400)]
    assert asked(form, {series(BEATS): beating}, 399, folder=tmp_path) == [None]
    stopped = {series(BEATS): [*beating, *([399.0] * 30)]}
    assert asked(form, stopped, 403, 406, folder=tmp_path) == [None, 0]
    gone = {series(BEATS): [*beating, *([None] * 30)]}
    assert asked(form, gone, 403, 420, folder=tmp_path) == [None, 1]


def test_a_prometheus_that_is_new_knows_of_no_silence(tmp_path: Path) -> None:
    form = alert(SilentForm(selected("beats"), None, 300, 0))
    quiet: dict[str, Samples] = {series(BEATS): [7.0] * 30}
    seen: dict[str, Samples] = {'up{job="a"}': [None, *([1.0] * 20)], 'up{job="b"}': [1.0] * 30}
    assert asked(form, {**quiet, **seen}, 4, 5, 24, folder=tmp_path) == [None, 0, 0]
    assert asked(form, seen, 4, 5, folder=tmp_path) == [None, 1]
    unknown: dict[str, Samples] = {series("up"): [None] * 30}
    assert asked(form, {**quiet, **unknown}, 4, folder=tmp_path) == [0]


def test_who_is_busy_without_success_is_silent(tmp_path: Path) -> None:
    form = alert(SilentForm(selected("reads.success"), selected("checks"), 6 * HOUR, 2), "source")
    samples = {
        series(CHECKS, source="fine"): born(5),
        series(SUCCESS, source="fine"): born(1),
        series(CHECKS, source="idle"): born(1),
    }
    assert asked(form, samples, SOON, folder=tmp_path) == [None]
    never_born = {**samples, series(CHECKS, source="never"): born(3)}
    assert asked(form, never_born, SOON, folder=tmp_path) == [3]
    sibling = {**never_born, series(SUCCESS, source="never"): born(0)}
    assert asked(form, sibling, SOON, folder=tmp_path) == [3]
    zero = {**samples, series(CHECKS, source="zero"): born(0)}
    assert asked(form, zero, SOON, folder=tmp_path) == [None]


def test_fewer_than_before_is_found_also_where_nothing_is_left(tmp_path: Path) -> None:
    form = alert(
        FewerForm(selected("reads.success"), Decimal("0.3"), DAY // 2, (), 6 * HOUR, 20), "source"
    )
    still = [*([None] * 300), *(float(min(n, 600)) for n in range(1200))]
    gone = [*([None] * 300), *(float(n) for n in range(600)), *([None] * 600)]
    for samples in ({series(SUCCESS, source="a"): still}, {series(SUCCESS, source="a"): gone}):
        assert asked(form, samples, 1000, 1480, folder=tmp_path) == [None, 0]


def test_fewer_than_others_together(tmp_path: Path) -> None:
    others = (selected("checks"), selected("reads.error"))
    form = alert(
        FewerForm(selected("reads.success"), Decimal("0.5"), None, others, 6 * HOUR, 10), "source"
    )
    samples = {
        series(CHECKS, source="a"): born(8),
        series(ERROR, source="a", kind="disk"): born(12),
        series(SUCCESS, source="a"): born(5),
        series(CHECKS, source="b"): born(9),
    }
    assert asked(form, samples, SOON, folder=tmp_path) == [0.25]


def test_a_quantile_needs_observations(tmp_path: Path) -> None:
    form = alert(
        QuantileForm(selected("duration"), Decimal("0.9"), 6 * HOUR, Decimal(30), 5), "command"
    )
    few = {
        series(f"{DURATION}_bucket", command="importer", le=le): born(count)
        for le, count in (("1.0", 0), ("60.0", 4), ("600.0", 4), ("+Inf", 4))
    }
    count = series(f"{DURATION}_count", command="importer")
    assert asked(form, {**few, count: born(4)}, SOON, folder=tmp_path) == [None]
    (value,) = asked(form, {**few, count: born(5)}, SOON, folder=tmp_path)
    assert value == pytest.approx(1 + 59 * 0.9)


def test_late_is_asked_of_scheduled_programs_only(tmp_path: Path) -> None:
    form = alert(LateForm(selected("ran"), hourly().schedules, None), "command")
    samples = {
        series(RAN, command="importer"): [*([0.0] * 60), *([3600.0] * 400)],
        series(RAN, command="weekly"): [0.0] * 460,
    }
    # the last run was at minute 60; 2h15m later it is late
    assert asked(form, samples, 195, 196, folder=tmp_path) == [None, 136 * 60]


def test_late_survives_a_gateway_that_restarts_empty(tmp_path: Path) -> None:
    form = alert(LateForm(selected("ran"), hourly().schedules, None), "command")
    samples = {series(RAN, command="importer"): [*([0.0] * 60), *([None] * 400)]}
    assert asked(form, samples, 100, 300, folder=tmp_path) == [None, 300 * 60]


def test_each_interval_has_its_rule() -> None:
    form = LateForm(selected("ran"), catalog().schedules, None)
    rules = alerting(compile_alerts(alert(form, "command")))
    assert [rule.expr.split("> ")[-1] for rule in rules] == ["8100", "1360800"]
    assert [dict(rule.labels)["every"] for rule in rules] == ["1h", "7d"]
    never = alerting(compile_alerts(alert(NeverForm(selected("ran"), catalog().schedules))))
    assert [rule.hold for rule in never] == [8100, 1360800]


def test_never_names_each_program_that_left_nothing(tmp_path: Path) -> None:
    form = alert(NeverForm(selected("ran"), hourly().schedules))
    samples = {series(RAN, command="importer"): [0.0] * 100}
    assert asked(form, samples, 50, folder=tmp_path) == [1]
    both = {**samples, series(RAN, command="packer"): [0.0] * 100}
    assert asked(form, both, 50, folder=tmp_path) == [None]


def test_absent_waits_for_its_window(tmp_path: Path) -> None:
    form = alert(AbsentForm(selected("beats"), 600))
    samples = {series(BEATS): [*([1.0] * 50), *([None] * 100)]}
    assert asked(form, samples, 49, 58, 62, folder=tmp_path) == [None, None, 1]

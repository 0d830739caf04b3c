"""Objectives as rules: which pairs of windows remain, their limits, and when they alert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.alerts import (
    DAY,
    HOUR,
    alerting,
    catalog,
    compile_alerts,
    except_,
    hourly,
    nowhere,
    ratio_indicator,
    recording,
    selected,
    slo,
)
from tests.support.promtool_values import Samples, evaluated
from typedprom_codegen.alerting.burn_pairs import dropped_pairs, useful_pairs
from typedprom_codegen.alerting.compiled_check import check_compiled
from typedprom_codegen.ir import Indicator, LatencyIndicator, Schedule, ScheduleIndicator

TARGET = 'job="j",instance="i"'
SERVICE = replace(catalog(), schedules=())
ALL_PAIRS = [(HOUR, 300), (6 * HOUR, 1800), (DAY, 2 * HOUR), (3 * DAY, 6 * HOUR)]


def pairs(objective: str, window: int = 28 * DAY, **schedules: int) -> list[tuple[int, int]]:
    programs = tuple(
        Schedule("command", name, every, nowhere()) for name, every in schedules.items()
    )
    made = replace(slo(ratio_indicator(), objective), window=window)
    found = useful_pairs(made, replace(SERVICE, schedules=programs))
    return [(pair.long, pair.short) for pair in found]


def test_a_service_has_all_pairs() -> None:
    assert pairs("0.99") == ALL_PAIRS


def test_short_windows_hold_two_runs() -> None:
    assert pairs("0.99", importer=HOUR) == ALL_PAIRS[2:]
    assert pairs("0.99", importer=HOUR + 60) == ALL_PAIRS[3:]
    assert pairs("0.99", importer=DAY) == []


def test_a_service_keeps_its_pairs_beside_programs() -> None:
    daily = (Schedule("command", "importer", DAY, nowhere()),)
    (orders,) = SERVICE.components
    service = replace(SERVICE, schedules=daily, components=(replace(orders, scheduled=False),))
    found = useful_pairs(slo(ratio_indicator(), "0.99"), service)
    assert [(pair.long, pair.short) for pair in found] == ALL_PAIRS


def test_pairs_that_cannot_fire_are_dropped() -> None:
    assert pairs("0.9") == ALL_PAIRS[1:]  # 13.44 * 0.1 is more than all events
    assert pairs("0.6") == ALL_PAIRS[3:]  # 2.8 * 0.4
    assert pairs("0.99", window=3 * DAY) == ALL_PAIRS[:3]


def test_what_is_dropped_is_said() -> None:
    dropped = compile_alerts(slos=[slo(ratio_indicator(), "0.9")], of=hourly()).dropped
    assert [(pair.long, pair.reason) for pair in dropped] == [
        (HOUR, "more than 134.4% of events would have to be bad, which cannot be"),
        (
            6 * HOUR,
            "its short window of 30m is under two schedules of command importer, "
            "which runs every 1h",
        ),
    ]


def test_the_program_that_records_the_metric_decides() -> None:
    every = {"importer": HOUR, "packer": DAY}
    programs = tuple(
        Schedule("command", name, seconds, nowhere()) for name, seconds in every.items()
    )
    of = replace(SERVICE, schedules=programs)

    def deciding(indicator: Indicator) -> set[str]:
        found = dropped_pairs(slo(indicator, "0.99"), of)
        return {pair.reason.partition(" schedules of ")[2] for pair in found}

    hourly_one = "command importer, which runs every 1h"
    daily_one = "command packer, which runs every 1d"
    assert deciding(ratio_indicator()) == {hourly_one}  # any may record it
    assert deciding(LatencyIndicator(selected("duration"), Decimal(60))) == {daily_one}
    some = selected("duration", command="importer")
    assert deciding(LatencyIndicator(some, Decimal(60))) == {hourly_one}
    others = except_(selected("duration"), "command", "packer")
    assert deciding(LatencyIndicator(others, Decimal(60))) == {hourly_one}
    unscheduled = selected("duration", command="serve")
    assert deciding(LatencyIndicator(unscheduled, Decimal(60))) == set()


def test_a_schedule_needs_neither_a_pair_that_another_implies_nor_a_least_count() -> None:
    made = slo(ScheduleIndicator(selected("ran"), hourly().schedules), "0.99")
    compiled = compile_alerts(slos=[made], of=hourly())
    assert [(pair.long, pair.reason) for pair in compiled.dropped] == [
        (DAY, "10% of the budget that is gone within 1d is gone within 3d, too")
    ]
    lines = [line for rule in alerting(compiled) for line in rule.expr.split("\n")]
    assert len(lines) == 6
    assert all(" / " in line for line in lines)
    short = replace(made, window=3 * DAY)
    assert [pair.long for pair in useful_pairs(short, hourly())] == [HOUR, 6 * HOUR, DAY]


def test_an_objective_without_pairs_is_an_error() -> None:
    daily = replace(SERVICE, schedules=(Schedule("command", "importer", DAY, nowhere()),))
    found = list(check_compiled(compile_alerts(slos=[slo(ratio_indicator())], of=daily)))
    assert "TP332" in [diagnostic.code.id for diagnostic in found]


def test_limits_are_exact() -> None:
    rules = alerting(compile_alerts(slos=[slo(ratio_indicator(), "0.999")], of=SERVICE))
    limits = [line.split(" > ")[1] for rule in rules for line in rule.expr.split("\n")]
    assert limits == ["0.01344"] * 2 + ["0.0056"] * 2 + ["0.0028"] * 2 + ["7 / 7500"] * 2
    assert [dict(rule.labels) for rule in rules] == [
        {"severity": "page", "slo": "reading", "owner": "shop-team"},
        {"severity": "ticket", "slo": "reading", "owner": "shop-team"},
    ]


def born(amount: float) -> Samples:
    return [*([None] * 600), *([amount] * 20)]


def asked(
    indicator: ScheduleIndicator | LatencyIndicator | None,
    samples: Mapping[str, Samples],
    query: str,
    minute: int,
    folder: Path,
) -> float | None:
    made = slo(indicator or ratio_indicator(), "0.95")
    compiled = compile_alerts(slos=[made], of=hourly())
    up = {f"up{{{TARGET}}}": [1.0] * (minute + 1)}
    return evaluated(compiled, {**up, **samples}, query, [minute], folder)[minute]


def test_events_of_an_objective_are_all_counted(tmp_path: Path) -> None:
    samples: dict[str, Samples] = {
        f'shop_orders_reads_error_total{{source="a",kind="disk",{TARGET}}}': [None] * 600
        + [4] * 20,
        f'shop_orders_reads_success_total{{source="a",{TARGET}}}': born(6),
        f'shop_orders_reads_success_total{{source="b",{TARGET}}}': [None] * 600 + [10] * 20,
    }
    for name, count in (("bad", 4), ("all", 20)):
        query = f'slo:shop_{name}:increase2h{{slo="reading"}}'
        assert asked(None, samples, query, 610, tmp_path) == count


def test_nothing_failed_yet_but_all_events_are_known(tmp_path: Path) -> None:
    samples: dict[str, Samples] = {
        f'shop_orders_reads_success_total{{source="a",{TARGET}}}': born(6),
    }
    assert asked(None, samples, 'slo:shop_all:increase2h{slo="reading"}', 610, tmp_path) == 6


def test_what_has_a_unit_is_not_rounded() -> None:
    """Seconds that are bad: 0.4 of them are not none."""
    whole = ratio_indicator()
    seconds = tuple(
        replace(each, metric=replace(each.metric, unit="seconds")) for each in whole.bad
    )
    for bad, rounded in ((whole.bad, True), (seconds, False)):
        made = compile_alerts(slos=[slo(replace(whole, bad=bad))], of=hourly())
        query = recording(made)["slo:shop_bad:increase2h"].expr
        assert ("floor(" in query) is rounded


@pytest.mark.parametrize("bound", ["60", "60.0"])
def test_a_latency_is_under_its_bound_however_that_is_written(bound: str, tmp_path: Path) -> None:
    indicator = LatencyIndicator(selected("duration"), Decimal(60))
    name = "shop_orders_duration_seconds"
    samples: dict[str, Samples] = {
        f'{name}_bucket{{command="importer",le="{bound}",{TARGET}}}': born(7),
        f'{name}_bucket{{command="importer",le="+Inf",{TARGET}}}': born(9),
        f'{name}_count{{command="importer",{TARGET}}}': born(9),
    }
    for part, count in (("bad", 2), ("all", 9)):
        query = f'slo:shop_{part}:increase2h{{slo="reading"}}'
        assert asked(indicator, samples, query, 610, tmp_path) == count


def test_a_schedule_is_kept_by_time(tmp_path: Path) -> None:
    indicator = ScheduleIndicator(selected("ran"), hourly().schedules)
    samples: dict[str, Samples] = {
        f'shop_orders_ran_seconds{{command="importer",{TARGET}}}': [0.0] * 601,
        f'shop_orders_ran_seconds{{command="packer",{TARGET}}}': [
            60.0 * minute for minute in range(601)
        ],
    }
    # of the six hours before minute 400, the importer was late since minute 135
    for part, count in (("bad", 265), ("all", 2 * 361)):
        query = f'slo:shop_{part}:increase6h{{slo="reading"}}'
        assert asked(indicator, samples, query, 400, tmp_path) == pytest.approx(count, abs=2)


@pytest.mark.parametrize(
    "up",
    [
        pytest.param(
            {
                f"up{{{TARGET}}}": [*[1.0] * 60, *[0.0] * 240, *[1.0] * 300],
                'up{job="other",instance="i"}': [0.0] * 600,
                'pushgateway_build_info{job="other",instance="g"}': [1.0] * 600,
            },
            id="one is down",
        ),
        pytest.param({'up{job="other",instance="i"}': [1.0] * 600}, id="the target is gone"),
    ],
)
def test_time_in_which_a_gateway_is_not_reached_counts_for_nothing(
    up: dict[str, Samples], tmp_path: Path
) -> None:
    indicator = ScheduleIndicator(selected("ran"), hourly().schedules)
    reached: Samples = [*[1.0] * 60, *[None] * 240, *[1.0] * 300]
    ran: Samples = [*[0.0] * 60, *[None] * 540]
    samples: dict[str, Samples] = {
        f'shop_orders_ran_seconds{{command="importer",{TARGET}}}': ran,
        f"pushgateway_build_info{{{TARGET}}}": reached,
        **up,
    }
    for minute, bad, every in ((250, 0, 61), (330, 31, 91), (420, 121, 121)):
        for part, count in (("bad", bad), ("all", every)):
            query = f'slo:shop_{part}:increase6h{{slo="reading"}}'
            found = asked(indicator, samples, query, minute, tmp_path)
            assert found == pytest.approx(count, abs=2)


def test_long_windows_are_counted_seldom() -> None:
    compiled = compile_alerts(slos=[slo(ratio_indicator(), "0.99")], of=SERVICE)
    groups = {g.name: g for file in compiled.files for g in file.groups}
    assert groups["shop-orders-long-windows"].interval == 300
    names = [rule.name for rule in groups["shop-orders-long-windows"].rules]
    assert "slo:shop_bad:increase28d" in names
    assert all(not name.endswith(("h", "m")) for name in names)
    assert "slo:shop_bad:increase5m" in recording(compiled)

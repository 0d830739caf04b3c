"""The increase that counts births over lives of counters: exact, and no lifetime's total."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.alerts import (
    DAY,
    alert,
    compile_alerts,
    hourly,
    nowhere,
    recording,
    selected,
)
from tests.support.promtool_values import Samples, evaluated
from tools.servers import Build
from typedprom_codegen.ir import Alert, AnyForm, Catalog, Schedule
from typedprom_codegen.promql.nodes.number import duration
from typedprom_codegen.queries.checked import QueryOptions

MINUTES = 2000
OVER = 360
"""The window, in minutes; most cases have hourly programs, so that 2h20m are looked back."""

TOTAL = 5000
"""What a counter has counted before the test begins: an increase near it is a lifetime's total."""

SERVICE = '{job="service",instance="a"}'
OTHER = '{job="service",instance="b"}'
GATEWAY = '{job="gateway",instance="g"}'
PUSHED = '{job="importer",instance="host"}'
NEW_HOST = '{job="importer",instance="new"}'

Events = Mapping[int, int]
"""How much is counted in a minute."""

Visible = Callable[[int], bool]


@dataclass(frozen=True)
class Life:
    """Targets that are up or down, a counter's series, and its increases at some minutes."""

    up: Mapping[str, Samples]
    counted: Mapping[str, Samples]
    expected: Mapping[int, float | None]
    over: int = OVER
    gateways: Mapping[str, Samples] | None = None
    is_daily: bool = False

    def series(self) -> dict[str, Samples]:
        named = {
            "up": self.up,
            "shop_orders_beats_total": self.counted,
            "pushgateway_build_info": self.gateways or {},
        }
        return {name + labels: samples for name in named for labels, samples in named[name].items()}


def always(_: int) -> bool:
    return True


def absent(begin: int, end: int) -> Visible:
    return lambda minute: not begin <= minute < end


def seen(visible: Visible = always, value: float = 1, other: float | None = None) -> Samples:
    return [value if visible(minute) else other for minute in range(MINUTES)]


def counter(
    events: Events, visible: Visible = always, start: int = 0, end: int = MINUTES
) -> Samples:
    """A counter's samples; its series begins with its first event, or has a total before."""
    samples: list[float | None] = []
    total = start
    for minute in range(end):
        total += events.get(minute, 0)
        samples.append(total if total and visible(minute) else None)
    return samples


def every(minutes: int, amount: int = 1, begin: int = 0) -> Events:
    return dict.fromkeys(range(begin, 10 * MINUTES, minutes), amount)


DENSE = every(1, 3)
HOURLY = every(60)


def restarted(at: int, down: int) -> Samples:
    """A dense counter that begins again at zero."""
    return [*counter(DENSE, end=at), *([None] * down), *counter(DENSE, end=MINUTES - at - down)]


LIVES = {
    "a counter that increases all the time": Life(
        {SERVICE: seen()}, {SERVICE: counter(DENSE)}, {400: 1080, 1000: 1080, 1999: 1080}
    ),
    "a series is born": Life(
        {SERVICE: seen()},
        {SERVICE: counter({600: 3, 660: 1})},
        {599: None, 600: 3, 659: 3, 660: 4, 959: 4, 961: 1, 1021: 0},
    ),
    "a series is born and increases no more": Life(
        {SERVICE: seen()}, {SERVICE: counter({600: 7})}, {600: 7, 900: 7, 961: 0, 1900: 0}
    ),
    "a series is gone again within the window": Life(
        {SERVICE: seen()},
        {SERVICE: counter({600: 7}, absent(620, MINUTES))},
        {600: 7, 640: 7, 959: 7, 990: None},
    ),
    "two series, one of them new": Life(
        {SERVICE: seen(), OTHER: seen()},
        {SERVICE: counter(HOURLY, start=TOTAL), OTHER: counter({1000: 5})},
        {999: 6, 1000: 11, 1359: 11, 1361: 6},
    ),
    "a Prometheus that starts empty": Life(
        {SERVICE: seen(absent(0, 600))},
        {SERVICE: counter(HOURLY, absent(0, 600), start=TOTAL)},
        {599: None, 610: 0, 700: 1, 800: 3, 1000: 6, 1500: 6},
    ),
    "births after a Prometheus started, once it looks back for long enough": Life(
        {SERVICE: seen(absent(0, 600))},
        {SERVICE: counter({1150: 4}, absent(0, 600))},
        {1149: None, 1150: 4, 1500: 4, 1511: 0},
    ),
    "a Prometheus that was away for less than the look-back": Life(
        {SERVICE: seen(absent(900, 990))},
        {SERVICE: counter(HOURLY, absent(900, 990), start=TOTAL)},
        {899: 6, 1000: 6, 1250: 6, 1300: 7, 1400: 6},
    ),
    "a Prometheus that was away for longer than the look-back": Life(
        {SERVICE: seen(absent(600, 1200))},
        {SERVICE: counter(HOURLY, absent(600, 1200), start=TOTAL)},
        {599: 6, 1210: 0, 1270: 1, 1330: 2, 1700: 6},
    ),
    "born while Prometheus was away": Life(
        {SERVICE: seen(absent(900, 990))},
        {SERVICE: counter({930: 5}, absent(900, 990))},
        {1000: 5, 1259: 5, 1400: 0},
    ),
    "a target that is unreachable for longer than the look-back": Life(
        {SERVICE: seen(absent(600, 1200), other=0), OTHER: seen()},
        {SERVICE: counter(HOURLY, absent(600, 1200), start=TOTAL)},
        {599: 6, 1210: 0, 1270: 1, 1330: 2, 1500: 5, 1700: 6},
    ),
    "a target that is unreachable for a moment": Life(
        {SERVICE: seen(absent(900, 930), other=0)},
        {SERVICE: counter(HOURLY, absent(900, 930), start=TOTAL)},
        {899: 6, 931: 6, 1250: 6, 1300: 6},
    ),
    "a gateway that is unreachable for longer than the look-back": Life(
        {GATEWAY: seen(absent(600, 1200), other=0), OTHER: seen()},
        {PUSHED: counter(HOURLY, absent(600, 1200), start=TOTAL)},
        {599: 6, 1210: 0, 1270: 1, 1330: 2, 1500: 5, 1700: 6},
        gateways={GATEWAY: seen(absent(600, 1200))},
    ),
    "a gateway that is down for two hours, and restarts empty": Life(
        {GATEWAY: seen(absent(600, 720), other=0), OTHER: seen()},
        {PUSHED: counter(HOURLY, absent(600, 780), start=TOTAL)},
        {599: 6, 1000: 7, 1110: 5, 1139: 5, 1200: 6, 1500: 6},
        gateways={GATEWAY: seen(absent(600, 720))},
    ),
    "a gateway that restarts empty before a daily run": Life(
        {GATEWAY: seen()},
        {PUSHED: counter({60: 2, 1500: 8}, absent(200, 1500), start=TOTAL)},
        {199: 2, 600: None, 1499: None, 1500: 8, 1859: 8, 1861: 0},
        is_daily=True,
    ),
    "a new host's first group": Life(
        {GATEWAY: seen()},
        {PUSHED: counter(HOURLY, start=TOTAL), NEW_HOST: counter({1000: 5, 1060: 5})},
        {999: 6, 1000: 11, 1060: 16, 1361: 11, 1421: 6},
    ),
    "a service that restarts": Life(
        {SERVICE: seen(absent(800, 802), other=0)},
        {SERVICE: restarted(800, 2)},
        {799: 1080, 820: 1074, 1100: 1074, 1165: 1080, 1500: 1080},
    ),
    "a series is born and reset within one window": Life(
        {SERVICE: seen()},
        {SERVICE: [*counter({600: 7}, end=700), *[2] * (MINUTES - 700)]},
        {699: 7, 700: 2, 1058: 2, 1060: 0},
    ),
    "a reset near the beginning of a window": Life(
        {SERVICE: seen()},
        {SERVICE: [*counter(HOURLY, start=TOTAL, end=900), *counter(every(60), end=MINUTES - 900)]},
        {899: 6, 900: 6, 1258: 6, 1260: 6, 1261: 6},
    ),
    "a window that is longer than what is kept": Life(
        {SERVICE: seen(absent(0, 1000))},
        {SERVICE: counter(HOURLY, absent(0, 1000), start=TOTAL)},
        {1010: 0, 1100: 2, 1900: 15},
        over=7 * 1440,
    ),
}


@pytest.mark.parametrize("build", [Build.STABLE, pytest.param(Build.NEWER, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", LIVES)
def test_increase(name: str, build: Build, tmp_path: Path) -> None:
    life = LIVES[name]
    found = increases(life, sorted(life.expected), tmp_path, build)
    for minute, expected in life.expected.items():
        assert found[minute] == pytest.approx(expected, abs=0.02 * (expected or 1)), minute


@pytest.mark.slow
@pytest.mark.parametrize("name", LIVES)
def test_no_minute_has_a_lifetimes_total(name: str, tmp_path: Path) -> None:
    life = LIVES[name]
    found = increases(life, range(0, MINUTES, 13), tmp_path, Build.STABLE)
    assert max(value or 0 for value in found.values()) < TOTAL / 2


@pytest.mark.slow
@pytest.mark.parametrize("gap", [10, 100, 136, 141, 146, 200])
def test_no_gap_gives_a_lifetimes_total(gap: int, tmp_path: Path) -> None:
    visible = absent(900, 900 + gap)
    counted = {SERVICE: counter(HOURLY, visible, start=TOTAL)}
    for up in ({SERVICE: seen(visible)}, {SERVICE: seen(visible, other=0), OTHER: seen()}):
        life = Life(up, counted, {})
        found = increases(life, range(900, 1800, 3), tmp_path, Build.STABLE)
        assert max(value or 0 for value in found.values()) <= 6 + -(-gap // 60)


@pytest.mark.parametrize("gap", [137, 141, 146, 200])
def test_no_marker_is_too_old(gap: int, tmp_path: Path) -> None:
    """Between two evaluations, the markers are as old as the first of them."""
    visible = absent(600, 600 + gap)
    life = Life(
        {GATEWAY: seen(visible, other=0), OTHER: seen()},
        {PUSHED: counter(HOURLY, visible, start=TOTAL)},
        {},
        gateways={GATEWAY: seen(visible)},
    )
    compiled = compile_alerts(form(OVER), of=hourly())
    count = recording(compiled)["all:shop_orders_beats:increase6h"].expr
    minutes = range(600 + 130 + OVER, 600 + gap + OVER + 10)
    found = evaluated(compiled, life.series(), count, minutes, tmp_path, seconds=59)
    assert max(value or 0 for value in found.values()) <= 6 + -(-gap // 60)


def increases(
    life: Life, minutes: Sequence[int], folder: Path, build: Build
) -> dict[int, float | None]:
    compiled = compile_alerts(form(life.over), of=daily() if life.is_daily else hourly())
    record = f"all:shop_orders_beats:increase{duration(life.over * 60)}"
    return evaluated(compiled, life.series(), record, minutes, folder, build)


def form(over: int) -> Alert:
    return alert(AnyForm(selected("beats"), over * 60, Decimal(0)))


def daily() -> Catalog:
    return replace(hourly(), schedules=(Schedule("command", "importer", DAY, nowhere()),))


def test_the_look_back_is_longer_than_two_runs_of_the_rarest_program() -> None:
    expr = recording(compile_alerts(form(60), of=daily()))["all:shop_orders_beats:increase1h"].expr
    assert "[2d6h5m] offset 1h" in expr
    assert "shop:watched:since2d6h offset 1h" in expr


def test_without_programs_the_look_back_is_an_hour() -> None:
    plain = replace(hourly(), schedules=())
    expr = recording(compile_alerts(form(60), of=plain))["all:shop_orders_beats:increase1h"].expr
    assert "[1h5m] offset 1h" in expr


def test_a_marker_that_is_evaluated_seldom_is_not_overtaken() -> None:
    options = QueryOptions(evaluation_interval=600)
    records = recording(compile_alerts(form(60), of=hourly(), options=options))
    assert "[2h45m] offset 1h" in records["all:shop_orders_beats:increase1h"].expr


def test_where_zeros_are_ingested_increase_is_enough() -> None:
    options = QueryOptions(features=frozenset({"created-timestamp-zero-ingestion"}))
    records = recording(compile_alerts(form(60), of=hourly(), options=options))
    assert {name: rule.expr for name, rule in records.items()} == {
        "all:shop_orders_beats:increase1h": "sum(floor(increase(shop_orders_beats_total[1h])))"
    }

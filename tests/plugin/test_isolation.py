"""`isolated()`: inside, metrics are as in a fresh process; afterwards, as if nothing happened."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest

from tests.runtime.sample._labels import JOBS_ERROR_TYPE, JOBS_SEVERITY, SOURCE_ID
from tests.runtime.sample._signatures import (
    CounterByErrorTypeSeverity,
    CounterBySourceIdErrorType,
    GaugeByErrorType,
    HistogramBySourceId,
)
from tests.support.programs import run_python
from typedprom import (
    Catalog,
    Counter,
    CounterCell,
    Gauge,
    Histogram,
    HistogramCell,
    Info,
    OpenLabel,
)
from typedprom.metrics.catalog import catalogs
from typedprom.testing import isolated

# A handle that was bound over budget stays one of `_overflow`: handles here are within theirs.
WIDE = OpenLabel("source_id", help="", budget=100)


@dataclass
class World:
    """A catalog with metrics of all kinds, handles somebody holds, and a registry."""

    held: dict[str, CounterCell | HistogramCell] = field(default_factory=dict)

    def __post_init__(self) -> None:
        catalog = Catalog(namespace="x", title="", description="", interface=1)
        by_source, by_error = (SOURCE_ID, JOBS_ERROR_TYPE), (JOBS_ERROR_TYPE,)
        closed = (JOBS_ERROR_TYPE, JOBS_SEVERITY)
        self.catalog = catalog
        self.plain = Counter(catalog, key="a", name="x_a_total", help="h")
        self.gauge = Gauge(catalog, key="b", name="x_b", help="h")
        self.histogram = Histogram(catalog, key="c", name="x_c", help="h", buckets=(1.0, 2.0))
        self.closed = CounterByErrorTypeSeverity(
            catalog, key="d", name="x_d_total", help="h", labels=closed
        )
        self.open = CounterBySourceIdErrorType(
            catalog, key="e", name="x_e_total", help="h", labels=by_source
        )
        self.gauges = GaugeByErrorType(catalog, key="f", name="x_f", help="h", labels=by_error)
        self.histograms = HistogramBySourceId(
            catalog, key="g", name="x_g", help="h", labels=(WIDE,), buckets=(0.5, 5.0)
        )
        self.wide = CounterBySourceIdErrorType(
            catalog, key="h", name="x_h_total", help="h", labels=(WIDE, JOBS_ERROR_TYPE)
        )
        self.registry = CollectorRegistry()
        catalog.register(self.registry)

    def exposed(self) -> str:
        """What a scrape reads, but for when series began."""
        lines = generate_latest(self.registry).decode().splitlines()
        return "\n".join(line for line in lines if "_created" not in line)


Act = Callable[[World], object]


def _hold(world: World, source: str) -> None:
    world.held[f"counter {source}"] = world.wide.labels(source_id=source, error_type="dns")
    world.held[f"histogram {source}"] = world.histograms.labels(source_id=source)


def _use_held(world: World, source: str) -> None:
    """Record through the handles, made now if nobody holds one."""
    if f"counter {source}" not in world.held:
        _hold(world, source)
    counter, histogram = world.held[f"counter {source}"], world.held[f"histogram {source}"]
    assert isinstance(counter, CounterCell)
    assert isinstance(histogram, HistogramCell)
    counter.inc(2)
    histogram.observe(0.7)


sources = st.sampled_from(["kexp", "neumos", "a", "b", "c"])  # the budget is three
amounts = st.sampled_from([0.0, 1.0, 0.5, 3.0])
acts: st.SearchStrategy[Act] = st.one_of(
    amounts.map(lambda n: lambda w: w.plain.inc(n)),
    amounts.map(lambda n: lambda w: w.gauge.set(n)),
    amounts.map(lambda n: lambda w: w.histogram.observe(n)),
    amounts.map(lambda n: lambda w: w.closed.inc(n, error_type="dns", severity="info")),
    amounts.map(lambda n: lambda w: w.gauges.set(n, error_type="dns")),
    sources.map(lambda s: lambda w: w.open.inc(source_id=s, error_type="timeout")),
    sources.map(lambda s: lambda w: w.open.inc(source_id=s, error_type="dns")),
    sources.map(lambda s: lambda w: w.wide.inc(source_id=s, error_type="dns")),
    sources.map(lambda s: lambda w: w.histograms.observe(1, source_id=s)),
    sources.map(lambda s: lambda w: _use_held(w, s)),
)
histories = st.lists(acts, max_size=12)


@settings(deadline=None, max_examples=100)
@given(histories, histories, histories)
def test_inside_is_a_fresh_process_and_afterwards_is_before(
    before: list[Act], inside: list[Act], after: list[Act]
) -> None:
    world, is_unused, fresh = World(), World(), World()
    for act in before:
        act(world)
        act(is_unused)
    with isolated():
        assert world.exposed() == fresh.exposed()
        for act in inside:
            act(world)
            act(fresh)
        assert sorted(world.exposed().splitlines()) == sorted(fresh.exposed().splitlines())
    assert sorted(world.exposed().splitlines()) == sorted(is_unused.exposed().splitlines())
    for act in after:
        act(world)
        act(is_unused)
    assert sorted(world.exposed().splitlines()) == sorted(is_unused.exposed().splitlines())


@settings(deadline=None, max_examples=30)
@given(histories, histories)
def test_isolation_can_be_nested(outer: list[Act], inner: list[Act]) -> None:
    world, expected = World(), World()
    with isolated():
        for act in outer:
            act(world)
            act(expected)
        with isolated():
            for act in inner:
                act(world)
        assert sorted(world.exposed().splitlines()) == sorted(expected.exposed().splitlines())


def test_a_handle_counts_where_those_bound_later_count() -> None:
    world = World()
    early = world.open.labels(source_id="kexp", error_type="dns")
    with isolated():
        late = world.open.labels(source_id="kexp", error_type="dns")
        early.inc()
        late.inc()
        world.open.inc(source_id="kexp", error_type="dns")
        early.inc()
        assert 'x_e_total{error_type="dns",source_id="kexp"} 4.0' in world.exposed()
    late.inc()
    early.inc()
    assert 'x_e_total{error_type="dns",source_id="kexp"} 2.0' in world.exposed()


def test_series_recorded_inside_leave_no_trace() -> None:
    world = World()
    with isolated():
        for source in ("a", "b", "c", "d"):
            world.open.inc(source_id=source, error_type="dns")
        assert 'source_id="_overflow"' in world.exposed()
    assert "source_id" not in world.exposed()
    for source in ("d", "e", "f"):  # the budget is three again
        world.open.inc(source_id=source, error_type="dns")
    assert 'source_id="_overflow"' not in world.exposed()


def test_all_is_put_back_when_the_block_raises() -> None:
    world = World()
    world.plain.inc(3)

    def failing() -> None:
        with isolated():
            world.plain.inc()
            raise LookupError

    with pytest.raises(LookupError):
        failing()
    assert "x_a_total 3.0" in world.exposed()


def test_it_decorates_functions() -> None:
    world = World()

    @isolated()
    def twice() -> str:
        world.plain.inc()
        return world.exposed()

    assert "x_a_total 1.0" in twice()
    assert "x_a_total 1.0" in twice()
    assert "x_a_total 0.0" in world.exposed()


def test_misuse_is_reported_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    world = World()
    world.plain.inc(-1)
    with isolated():
        world.plain.inc(-1)
        world.plain.inc(-1)
    world.plain.inc(-1)
    # Other catalogs of this process start anew too, and may have something to say about themselves.
    reported = [record for record in caplog.records if world.plain.name in record.getMessage()]
    assert [record.levelno for record in reported] == [logging.WARNING] * 2


def test_metrics_made_inside_start_at_zero_afterwards() -> None:
    with isolated():
        world = World()
        world.plain.inc(5)
        world.open.inc(source_id="a", error_type="dns")
    assert world.exposed() == World().exposed()


def test_catalogs_nobody_holds_are_forgotten() -> None:
    known = set(map(id, catalogs()))
    world = World()
    assert world.catalog in catalogs()
    del world
    gc.collect()
    assert {id(catalog) for catalog in catalogs()} <= known


def test_constant_labels_that_a_test_adds_are_gone_after_it() -> None:
    catalog = Catalog(
        namespace="x", title="", description="", interface=1, constant_labels={"zone": "a"}
    )
    with isolated():
        catalog.add_constant_labels(region="eu")
        assert catalog.constant_labels == {"zone": "a", "region": "eu"}
    assert catalog.constant_labels == {"zone": "a"}


def test_functions_that_a_test_gives_are_gone_after_it() -> None:
    catalog = Catalog(namespace="x", title="", description="", interface=1)
    gauge = Gauge(catalog, key="g", name="x_g", help="h")
    gauge.set_function(lambda: 1.0)
    with isolated():
        assert [cell.snapshot() for cell in gauge.cells()] == [0.0]
        gauge.set_function(lambda: 5.0)
    assert [cell.snapshot() for cell in gauge.cells()] == [1.0]


class InfoOfVersion(Info):
    """An info of `version`."""

    __slots__ = ()

    def set(self, *, version: str) -> None:
        """Say what is so now."""
        return self._set((version,))


def test_the_budget_of_what_an_info_says_is_as_it_was() -> None:
    catalog = Catalog(namespace="x", title="", description="", interface=1)
    version = OpenLabel("version", help="", budget=1)
    info = InfoOfVersion(catalog, key="i", name="x_i_info", help="h", info_labels=(version,))
    info.set(version="1")
    with isolated():
        info.set(version="2")
        assert [cell.snapshot() for cell in info.cells()] == [("2",)]
    info.set(version="1")
    assert [cell.snapshot() for cell in info.cells()] == [("1",)]


def test_handles_of_series_made_anew_in_between_go_on() -> None:
    world = World()
    closed: dict[str, str] = {"error_type": "dns", "severity": "info"}
    before = world.closed.labels(error_type="dns", severity="info")
    with isolated():
        world.closed.remove(error_type="dns", severity="info")
        del before
        gc.collect()
        during = world.closed.labels(error_type="dns", severity="info")
    during.inc(3)
    series = {values: cell.snapshot() for values, cell in world.closed.series()}
    assert series[tuple(closed.values())] == 3.0


STRICT_ALONE = """
from sms_metrics_generated import HEARTBEAT
from typedprom.testing import isolated
HEARTBEAT.inc(-1)
with isolated():
    try:
        HEARTBEAT.inc(-1)
    except ValueError as error:
        print(error)
HEARTBEAT.inc(-1)
"""


def test_misuse_raises_inside_without_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_VERSION")
    done = run_python("-c", STRICT_ALONE)
    assert done.stdout == "`sms_heartbeat_total` is a counter and cannot grow by -1.0\n"
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    assert run_python("-c", STRICT_ALONE).stdout == ""

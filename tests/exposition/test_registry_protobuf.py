"""A registry as protobuf: our metrics and those of others, of every type there is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import prometheus_client
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.samples import Exemplar

from tests.delivery.decoded import Decoded, DecodedSeries, families
from tests.exposition.exposed import counter_by_two, fresh, histogram_by_source
from tests.exposition.scraping import PROMETHEUS_3_5_CREATED
from tests.exposition.test_identity import Everything, crowded
from typedprom import Counter, Gauge, Histogram, Info, StateSet
from typedprom.exposition.cell_renderer import RegistryRenderer
from typedprom.exposition.foreign_collectors import render
from typedprom.exposition.negotiation import PROTOBUF, Escaping, Format
from typedprom.exposition.registry_source import RegistrySource

texts = st.text(max_size=8)
AT = 1.7e9


class Given:
    """A collector of one family."""

    def __init__(self, family: Metric) -> None:
        self._family = family

    def collect(self) -> list[Metric]:
        return [self._family]


def read(registry: CollectorRegistry, renderer: RegistryRenderer | None = None) -> list[Decoded]:
    return families((renderer or RegistryRenderer()).render(registry, PROTOBUF))


def only(family: Metric) -> Decoded:
    registry = CollectorRegistry()
    registry.register(Given(family))
    (found,) = read(registry)
    return found


def samples(decoded: Iterable[Decoded]) -> Iterator[tuple[str, tuple[tuple[str, str], ...], str]]:
    """What Prometheus makes of the families: each sample by name, labels and value."""
    for family in decoded:
        for one in family.series:
            for suffix, label, value in of_series(one):
                own = tuple(sorted((*one.labels, *label)))
                yield family.name + suffix, own, repr(float(value))


def of_series(one: DecodedSeries) -> Iterator[tuple[str, tuple[tuple[str, str], ...], float]]:
    if one.kind in ("histogram", "summary"):
        yield "_count", (), one.count
        yield "_sum", (), one.value
    else:
        yield "", (), one.value
    key = {"histogram": "le", "summary": "quantile"}.get(one.kind, "")
    suffix = "_bucket" if key == "le" else ""
    for bound, value in one.buckets:
        yield suffix, ((key, repr(bound)),), value
    if key == "le" and math.inf not in [bound for bound, _ in one.buckets]:
        yield suffix, ((key, "inf"),), one.count


def of_text(registry: CollectorRegistry) -> Iterator[tuple[str, tuple[tuple[str, str], ...], str]]:
    """The same, by what the registry collects; a histogram always has a sum in protobuf."""
    for family in registry.collect():
        for sample in family.samples:
            if sample.name.endswith("_created"):
                continue
            labels = {
                key: repr(float(text)) if key in ("le", "quantile") else text
                for key, text in sample.labels.items()
            }
            name = sample.name.replace("_gcount", "_count").replace("_gsum", "_sum")
            yield name, tuple(sorted(labels.items())), repr(float(sample.value))


def test_it_has_the_samples_of_text() -> None:
    registry, renderer = crowded(), RegistryRenderer()
    build = Info(fresh(), key="b", name="x_build_info", help="h", info_labels=())
    phase = StateSet[str](fresh(), key="p", name="x_phase", help="h", states=("up", "down"))
    registry.register(build)
    registry.register(phase)
    expected = {one for one in of_text(registry) if "dotted" not in one[0]}
    for _ in range(2):
        found = [*samples(read(registry, renderer))]
        assert {one for one in found if "dotted" not in one[0]} == expected
        assert len(found) == len({*found})


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(texts, texts, st.floats(0, 1e9)), max_size=5), max_size=4))
def test_ours_between_scrapes(scrapes: list[list[tuple[str, str, float]]]) -> None:
    catalog, registry, renderer = fresh(), CollectorRegistry(), RegistryRenderer()
    counter, histogram = counter_by_two(catalog), histogram_by_source(catalog)
    gauge = Gauge(catalog, key="g", name="x_g", help="h")
    for metric in catalog.metrics.values():
        registry.register(metric)
    for recorded in scrapes:
        for source_id, error_type, amount in recorded:
            counter.inc(amount, source_id=source_id, error_type=error_type)  # type: ignore[arg-type]
            histogram.observe(amount, source_id=source_id)
            gauge.set(amount)
        # As fast as text or by prometheus_client's collect(): the same.
        found = renderer.render(registry, PROTOBUF)
        assert [*samples(families(found))] == [*samples(families(render(registry, PROTOBUF)))]
        assert {*samples(families(found))} == {*of_text(registry)}


def test_types_names_and_created_timestamps() -> None:
    registry = CollectorRegistry()
    registry.register(Everything())
    theirs = prometheus_client.Summary("p_summary", "h", registry=registry)
    found = {family.name: family for family in read(registry)}
    types = {name: family.type for name, family in found.items()}
    assert types == {
        "o_counter_total": 0,
        "o_gauge": 1,
        "o_histogram": 4,
        "o_gh": 5,
        "o_info": 1,
        "o_state": 1,
        "o_unknown": 3,
        "o_dotted__": 3,
        "o_summary": 2,
        "p_summary": 2,
    }
    assert found["o_counter_total"].series[0].created == AT
    created = found["p_summary"].series[0].created
    assert created is not None
    assert abs(created - theirs._created) < 1e-6
    assert found["o_summary"].help == 'a "summary"\n'
    assert found["o_histogram"].series[0].buckets == [(1.0, 1), (math.inf, 2)]


@pytest.mark.parametrize(
    ("escaping", "name"),
    [
        ("underscores", "o_dotted__"),
        ("allow-utf-8", "o.dotted é"),
        ("dots", "o_dot_dotted____"),
        ("values", "U__o_2e_dotted_20__e9_"),
    ],
)
def test_names_are_escaped_as_they_are_asked_for(escaping: Escaping, name: str) -> None:
    registry = crowded()
    format = Format("protobuf", "", escaping)
    names = {family.name for family in families(RegistryRenderer().render(registry, format))}
    assert name in names
    assert ("x__c__total" if escaping == "dots" else "x_c_total") in names


def test_created_timestamps_are_there_where_created_series_are_not() -> None:
    registry = CollectorRegistry()
    counter = Counter(fresh(), key="c", name="x_c_total", help="h")
    registry.register(counter)
    prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
    try:
        (family,) = read(registry)
    finally:
        prometheus_client.enable_created_metrics()  # type: ignore[no-untyped-call]
    assert family.series[0].created is not None


def test_exemplars_and_timestamps() -> None:
    catalog, registry = fresh(), CollectorRegistry()
    counter = Counter(catalog, key="c", name="x_c_total", help="h")
    times = Histogram(catalog, key="h", name="x_h_seconds", help="h", buckets=(1.0, 2.0))
    theirs = prometheus_client.Histogram("p_h", "h", buckets=(1.0,), registry=registry)
    registry.register(counter)
    registry.register(times)
    counter.inc(2, exemplar={"trace_id": "a"})
    times.observe(1.5, exemplar={"trace_id": "b"})
    times.observe(9.5, exemplar={"trace_id": "c"})
    theirs.observe(0.5, {"trace_id": "d"})
    renderer = RegistryRenderer()
    for _ in range(2):
        found = {family.name: family.series[0] for family in read(registry, renderer)}
        ((labels, value, at),) = found["x_c_total"].exemplars
        assert (labels, value) == ({"trace_id": "a"}, 2.0)
        assert at is not None
        assert [one[:2] for one in found["x_h_seconds"].exemplars] == [
            ({"trace_id": "b"}, 1.5),
            ({"trace_id": "c"}, 9.5),
        ]
        assert found["x_h_seconds"].buckets == [(1.0, 0), (2.0, 1), (math.inf, 2)]
        assert found["p_h"].exemplars[0][:2] == ({"trace_id": "d"}, 0.5)
    family = CounterMetricFamily("o", "h")
    family.add_sample("o_total", {}, 1, -1.5, Exemplar({"a": "b"}, 1))
    (series,) = only(family).series
    assert (series.timestamp_ms, series.exemplars) == (-1500, [({"a": "b"}, 1.0, None)])


def test_families_without_series_are_left_out() -> None:
    registry = CollectorRegistry()
    registry.register(counter_by_two(fresh()))
    registry.register(Given(GaugeMetricFamily("o", "h", labels=["a"])))
    assert read(registry) == []


def test_odd_samples_are_not_lost() -> None:
    odd = HistogramMetricFamily("o", "h", [("2.0", 2.5), ("+Inf", 3.5)], None)
    odd.add_sample("o_bucket", {"a": "b"}, 4)
    odd.add_sample("elsewhere", {"a": "b"}, 5)
    registry = CollectorRegistry()
    registry.register(Given(odd))
    by_name = {family.name: family for family in read(registry)}
    (series,) = by_name["o"].series
    assert (series.count, series.buckets) == (3.5, [(2.0, 2.5), (math.inf, 3.5)])
    assert math.isnan(series.value)
    assert by_name["o_bucket"].series[0].value == 4
    assert by_name["elsewhere"].series[0].kind == "untyped"


def test_some_names_only() -> None:
    source = RegistrySource(crowded())
    content_type, body = source.render(PROMETHEUS_3_5_CREATED, ["x_c_total", "p_counter_total"])
    assert content_type.startswith("application/vnd.google.protobuf;")
    assert {family.name for family in families(body)} == {"x_c_total", "p_counter_total"}

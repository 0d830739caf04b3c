"""Infos and statesets, exemplars and constant labels: exposed as prometheus_client exposes them."""

from collections.abc import Iterator
from enum import Enum
from typing import Any, NoReturn
from unittest.mock import patch

import prometheus_client
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.registry import Collector

from tests.runtime.reading import registry_with, samples, value
from tests.runtime.sample._labels import (
    CITY,
    JOBS_ERROR_TYPE,
    JOBS_SEVERITY,
    JOBS_SEVERITY_VALUES,
    SOURCE_ID,
    JobsSeverity,
)
from tests.runtime.sample._signatures import (
    CounterByCity,
    CounterBySourceIdErrorType,
    InfoOfCitySeverity,
    InfoOfErrorTypeBySourceId,
    StateSetOfJobsSeverityBySourceId,
)
from typedprom import (
    Catalog,
    Counter,
    Environment,
    Gauge,
    Histogram,
    Info,
    OpenLabel,
    StateSet,
)
from typedprom.metrics import cells, exemplars


@pytest.fixture(autouse=True, scope="module")
def _one_clock() -> Iterator[None]:
    """Both libraries use the same created timestamp, also for exemplars."""
    with (
        patch.object(cells, "time", lambda: 1.7e9),
        patch.object(exemplars, "time", lambda: 1.7e9),
        patch("time.time", lambda: 1.7e9),
    ):
        yield


def assert_same(ours: Collector, theirs: Collector) -> None:
    mine, other = registry_with(ours), registry_with(theirs)
    assert generate_latest(mine).decode() == generate_latest(other).decode()
    openmetrics: Any = generate_openmetrics
    assert openmetrics(mine).decode() == openmetrics(other).decode()


def test_an_info_exposes_its_labels(catalog: Catalog) -> None:
    ours = InfoOfCitySeverity(
        catalog, key="i", name="x_i_info", help="h", info_labels=(CITY, JOBS_SEVERITY)
    )
    assert samples(ours) == {}  # nothing is set yet
    theirs = prometheus_client.Info("x_i", "h", registry=None)
    for city, severity in (("seattle", "info"), ("tacoma", "error")):
        ours.set(city=city, severity=severity)  # type: ignore[arg-type]
        theirs.info({"city": city, "severity": severity})
        assert_same(ours, theirs)
    assert ours.family == "x_i"


def test_an_info_with_labels_has_a_series_for_each(catalog: Catalog) -> None:
    ours = InfoOfErrorTypeBySourceId(
        catalog, key="i", name="x_i_info", help="h", labels=(SOURCE_ID,),
        info_labels=(JOBS_ERROR_TYPE,),
    )  # fmt: skip
    theirs = prometheus_client.Info("x_i", "h", ["source_id"], registry=None)
    for source in ("kexp", "neumos"):
        ours.set(source_id=source, error_type="dns")
        theirs.labels(source).info({"error_type": "dns"})
    ours.set(source_id="kexp", error_type="timeout")
    theirs.labels("kexp").info({"error_type": "timeout"})
    assert_same(ours, theirs)
    ours.remove(source_id="kexp")
    assert [dict(labels)["source_id"] for _, labels in samples(ours)] == ["neumos"]
    ours.clear()
    assert samples(ours) == {}


@pytest.mark.usefixtures("lenient")
def test_invalid_values_of_an_info(catalog: Catalog) -> None:
    info = InfoOfCitySeverity(
        catalog, key="i", name="x_i_info", help="h", info_labels=(CITY, JOBS_SEVERITY)
    )
    info.set(city="NO", severity="info")
    assert value(info, "x_i_info", {"city": "_invalid", "severity": "info"}) == 1.0


def test_a_stateset_is_in_one_state(catalog: Catalog) -> None:
    ours = StateSet(catalog, key="s", name="x_s", help="h", states=JOBS_SEVERITY_VALUES)
    theirs = prometheus_client.Enum("x_s", "h", states=JOBS_SEVERITY_VALUES, registry=None)
    assert_same(ours, theirs)
    states: tuple[JobsSeverity, ...] = ("critical", "error", "error", "info")
    for state in states:
        ours.set(state)
        theirs.state(state)
        assert_same(ours, theirs)
    ours.set("critical")
    ours.clear()
    assert value(ours, "x_s", {"x_s": "info"}) == 1.0


def test_a_stateset_with_labels_has_series_for_each(catalog: Catalog) -> None:
    ours = StateSetOfJobsSeverityBySourceId(
        catalog, key="s", name="x_s", help="h", labels=(SOURCE_ID,), states=JOBS_SEVERITY_VALUES
    )
    theirs = prometheus_client.Enum(
        "x_s", "h", ["source_id"], states=JOBS_SEVERITY_VALUES, registry=None
    )
    bound = ours.labels(source_id="neumos")
    ours.set("error", source_id="kexp")
    bound.set("critical")
    theirs.labels("neumos").state("critical")
    theirs.labels("kexp").state("error")
    assert_same(ours, theirs)
    ours.clear()
    bound.set("error")
    assert value(ours, "x_s", {"source_id": "neumos", "x_s": "error"}) == 1.0


def test_a_state_outside_the_set(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    states = StateSet(catalog, key="s", name="x_s", help="h", states=JOBS_SEVERITY_VALUES)
    wrong: Any = "confused"
    with pytest.raises(ValueError, match="'confused' is not a state of `x_s`"):
        states.set(wrong)
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    states.set(wrong)
    assert value(states, "x_s", {"x_s": "_invalid"}) == 1.0
    assert value(states, "x_s", {"x_s": "info"}) == 0.0


def test_exemplars_of_counters(catalog: Catalog) -> None:
    ours = CounterBySourceIdErrorType(
        catalog, key="c", name="x_c_total", help="h", labels=(SOURCE_ID, JOBS_ERROR_TYPE)
    )
    theirs = prometheus_client.Counter("x_c", "h", ["source_id", "error_type"], registry=None)
    mine, other = ours.labels(source_id="kexp", error_type="dns"), theirs.labels("kexp", "dns")
    for amount, trace in ((1.0, "abc"), (2.5, 'é"\\\n')):
        mine.inc(amount, exemplar={"trace_id": trace})
        other.inc(amount, exemplar={"trace_id": trace})
        assert_same(ours, theirs)
    mine.inc()
    other.inc()
    mine.inc(exemplar={"trace_id": "one", "span_id": "two"})
    other.inc(exemplar={"trace_id": "one", "span_id": "two"})
    mine.inc(2, exemplar=None)
    other.inc(2, exemplar=None)
    assert_same(ours, theirs)


def test_exemplars_of_histograms(catalog: Catalog) -> None:
    ours = Histogram(catalog, key="h", name="x_h", help="h", buckets=(0.5, 1.0))
    theirs = prometheus_client.Histogram("x_h", "h", buckets=(0.5, 1.0), registry=None)
    for amount in (0.5, 0.7, 9.0, 0.6):
        ours.observe(amount, exemplar={"trace_id": f"t{amount}"})
        theirs.observe(amount, exemplar={"trace_id": f"t{amount}"})
    ours.observe(0.7)
    theirs.observe(0.7)
    assert_same(ours, theirs)


class Unreadable(dict[str, str]):
    """A mapping that raises."""

    def items(self) -> NoReturn:
        raise RuntimeError("not there")


WRONG_EXEMPLARS = (
    {"trace_id": "x" * 121},
    {"1x": "y"},
    {"__x": "y"},
    {"é": "y"},
    {"x": 3},
    {"x": "\ud800"},
    "trace",
    Unreadable(),
)


@pytest.mark.parametrize("wrong", WRONG_EXEMPLARS)
def test_a_wrong_exemplar_is_left_out(
    catalog: Catalog, wrong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter(catalog, key="c", name="x_c_total", help="h")
    histogram = Histogram(catalog, key="h", name="x_h", help="h", buckets=(1.0,))
    counter.inc(exemplar={"x": "y" * 127})
    for record in (counter.inc, histogram.observe):
        with pytest.raises(ValueError, match="was given the exemplar"):
            record(1.0, exemplar=wrong)
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    counter.inc(1.0, exemplar=wrong)
    histogram.observe(1.0, exemplar=wrong)
    assert (value(counter, "x_c_total"), value(histogram, "x_h_count")) == (2.0, 1.0)
    ((_, cell),) = counter.series()
    assert cell.exemplar is not None
    assert cell.exemplar.labels == {"x": "y" * 127}


def test_constant_labels_are_on_every_series() -> None:
    catalog = Catalog(
        namespace="x", title="", description="", interface=1, constant_labels={"region": "eu"}
    )
    counter = CounterByCity(catalog, key="c", name="x_c_total", help="h", labels=(CITY,))
    gauge = Gauge(catalog, key="g", name="x_g", help="h")
    catalog.add_constant_labels(host="a")
    counter.inc(city="seattle")
    assert value(counter, "x_c_total", {"city": "seattle", "region": "eu", "host": "a"}) == 1.0
    assert value(gauge, "x_g", {"region": "eu", "host": "a"}) == 0.0
    assert dict(gauge.constant_labels) == {"region": "eu", "host": "a"}


REFUSED = [
    ("region", "constant already, with the value 'eu'"),
    ("city", "`x_c_total` has a label of that name"),
    ("venue", "`x_i_info` has a label of that name"),
    ("x_s", "`x_s` has a label of that name"),
    ("le", "the name is reserved"),
    ("__x", "the name is reserved"),
    ("a-b", "it is not a label name"),
    ("1x", "it is not a label name"),
    ("", "it is not a label name"),
]


@pytest.fixture
def labelled() -> Catalog:
    catalog = Catalog(
        namespace="x", title="", description="", interface=1, constant_labels={"region": "eu"}
    )
    venue = OpenLabel("venue", help="", budget=2)
    CounterByCity(catalog, key="c", name="x_c_total", help="h", labels=(CITY,))
    Info(catalog, key="i", name="x_i_info", help="h", info_labels=(venue,))
    StateSet(catalog, key="s", name="x_s", help="h", states=JOBS_SEVERITY_VALUES)
    return catalog


@pytest.mark.parametrize(("name", "why"), REFUSED)
def test_invalid_constant_labels(labelled: Catalog, name: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"`{name}` cannot be a constant label of `x`.*{why}"):
        labelled.add_constant_labels(**{"host": "a", name: "b"})
    assert labelled.constant_labels == {"region": "eu"}


def test_constant_labels_are_texts(labelled: Catalog) -> None:
    class Region(str, Enum):  # noqa: UP042 - a StrEnum equals its value
        EU = "eu"

    wrong: Any = 5
    with pytest.raises(TypeError, match="the constant label `host` takes a str, not 5"):
        labelled.add_constant_labels(host=wrong)
    labelled.add_constant_labels(region=Region.EU, zone=Region.EU)
    assert [*map(type, labelled.constant_labels.values())] == [str, str]


def test_constant_labels_come_before_the_first_scrape(
    labelled: Catalog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    registry = CollectorRegistry()
    labelled.register(registry)
    labelled.add_constant_labels(host="a")
    generate_latest(registry)
    labelled.add_constant_labels(host="a")  # it has this value already
    with pytest.raises(ValueError, match="zone of catalog `x` come after its series were exposed"):
        labelled.add_constant_labels(zone="b")
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    labelled.add_constant_labels(zone="b")
    assert "all series are other ones from now on" in caplog.text
    assert b'x_s{host="a",region="eu",x_s="info",zone="b"} 1.0' in generate_latest(registry)


class InfoOfVenueBySourceId(Info):
    """An info of `venue` by `source_id`."""

    __slots__ = ()

    def set(self, *, venue: str, source_id: str) -> None:
        """Set the info labels."""
        return self._set((venue,), source_id)

    def remove(self, *, source_id: str) -> None:
        """Remove the series of these values; recording makes it again."""
        return self._remove(source_id)


@pytest.fixture
def venues(catalog: Catalog) -> InfoOfVenueBySourceId:
    venue = OpenLabel("venue", help="", budget=2)
    return InfoOfVenueBySourceId(
        catalog, key="v", name="x_v_info", help="h", labels=(SOURCE_ID,), info_labels=(venue,)
    )


def said(info: Info) -> dict[str, tuple[str, ...] | None]:
    return {source: cell.snapshot() for (source,), cell in info.series()}


def test_a_replaced_info_value_frees_its_budget(venues: InfoOfVenueBySourceId) -> None:
    for venue in ("a", "b", "c", "d"):
        venues.set(venue=venue, source_id="kexp")
    venues.set(venue="d", source_id="neumos")
    venues.set(venue="e", source_id="kexp")  # "d" is still set
    assert said(venues) == {"kexp": ("e",), "neumos": ("d",)}
    venues.set(venue="f", source_id="third")
    assert said(venues)["third"] == ("_overflow",)
    venues.remove(source_id="neumos")
    venues.set(venue="f", source_id="third")
    assert said(venues) == {"kexp": ("e",), "third": ("f",)}


def test_an_invalid_value_does_not_change_an_info(venues: InfoOfVenueBySourceId) -> None:
    wrong: Any = 5
    venues.set(venue="a", source_id="kexp")
    with pytest.raises(ValueError, match="5 is not a value of label `venue`"):
        venues.set(venue=wrong, source_id="kexp")
    for source in ("neumos", "third"):
        venues.set(venue=source, source_id=source)
    assert said(venues) == {"kexp": ("a",), "neumos": ("neumos",), "third": ("_overflow",)}


def test_an_info_imported_again_uses_the_same_budget(catalog: Catalog) -> None:
    label = OpenLabel("venue", help="", budget=1)
    for venue in ("a", "b"):
        info = InfoOfVenueBySourceId(
            catalog, key="v", name="x_v_info", help="h", labels=(SOURCE_ID,), info_labels=(label,)
        )
        info.set(venue=venue, source_id=venue)
    assert said(info) == {"a": ("a",), "b": ("_overflow",)}


def test_a_catalog_names_its_variables() -> None:
    environment = Environment(metrics_port="X_PORT", pushgateway_url="X_URL")
    catalog = Catalog(namespace="x", title="", description="", interface=1, environment=environment)
    assert catalog.environment is environment
    assert repr(environment) == "Environment(metrics_port='X_PORT', pushgateway_url='X_URL')"

"""Label values: which are recorded as they are, as `_invalid` and as `_overflow`."""

import tracemalloc
from enum import Enum, StrEnum
from typing import Any, Literal, cast

import pytest

from tests.runtime.reading import samples, value
from tests.runtime.sample._labels import CITY, JOBS_ERROR_TYPE, JOBS_SEVERITY, SOURCE_ID
from tests.runtime.sample._signatures import (
    CounterByCity,
    CounterByErrorTypeSeverity,
    CounterBySourceIdErrorType,
    GaugeByErrorType,
    HistogramBySourceId,
)
from tests.support.programs import run_python
from typedprom import Catalog, ClosedLabel, Info, OpenLabel
from typedprom.core.text import LONGEST_VALUE
from typedprom.metrics.labels import ZERO_SERIES_LIMIT
from typedprom.metrics.self_metrics import LABEL_INVALID, LABEL_OVERFLOW

Counted = Literal["invalid", "overflow"]


def by_source(catalog: Catalog, name: str = "x_c_total") -> CounterBySourceIdErrorType:
    return CounterBySourceIdErrorType(
        catalog, key="c", name=name, help="h", labels=(SOURCE_ID, JOBS_ERROR_TYPE)
    )


def by_city(catalog: Catalog, name: str = "x_c_total") -> CounterByCity:
    return CounterByCity(catalog, key="c", name=name, help="h", labels=(CITY,))


def counted(what: Counted, metric: str, label: str) -> float:
    """Return how many values of this label typedprom has replaced."""
    instrument = LABEL_INVALID if what == "invalid" else LABEL_OVERFLOW
    name = f"typedprom_label_{what}_total"
    return value(instrument, name, {"metric": metric, "label": label}) or 0.0


class Text(str):
    """A subclass of str with its own equality."""

    __slots__ = ()

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        return self is other

    def __str__(self) -> str:
        return "something else"


class Venue(StrEnum):
    """An enum whose names are not its values."""

    KEXP_RADIO = "kexp"


class OldVenue(str, Enum):  # noqa: UP042 - StrEnum is tested too
    """An enum in the style before StrEnum."""

    KEXP_RADIO = "kexp"


@pytest.mark.parametrize("given", [Text("kexp"), Venue.KEXP_RADIO, OldVenue.KEXP_RADIO])
def test_subclasses_of_str_are_recorded_as_their_text(catalog: Catalog, given: str) -> None:
    counter = by_source(catalog)
    for _ in range(2):
        counter.inc(source_id="kexp", error_type="dns")
        counter.inc(source_id=given, error_type="dns")
        counter.labels(source_id=given, error_type="dns").inc()
    assert value(counter, "x_c_total", {"source_id": "kexp", "error_type": "dns"}) == 6.0
    ((values, _),) = counter.series()
    assert [type(text) for text in values] == [str, str]


OUTSIDE_A_SET = ["refused", "", "Timeout", None, 404, 1.5, b"dns", ["dns"], {}, object(), "\ud800"]


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("given", OUTSIDE_A_SET)
def test_a_value_outside_the_set_raises_in_strict_mode(catalog: Catalog, given: str) -> None:
    counter = by_source(catalog)
    with pytest.raises(ValueError, match="is not a value of label `error_type` of `x_c_total`"):
        counter.inc(source_id="kexp", error_type=given)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="error_type"):
        counter.labels(source_id="kexp", error_type=given)  # type: ignore[arg-type]
    assert counter.series() == []


@pytest.mark.usefixtures("lenient")
@pytest.mark.parametrize("given", OUTSIDE_A_SET)
def test_a_value_outside_the_set_is_recorded_as_invalid(
    catalog: Catalog, given: str, caplog: pytest.LogCaptureFixture
) -> None:
    counter = by_source(catalog, "x_outside_total")
    before = counted("invalid", "x_outside_total", "error_type")
    for _ in range(3):
        counter.inc(2, source_id="kexp", error_type=given)  # type: ignore[arg-type]
    labels = {"source_id": "kexp", "error_type": "_invalid"}
    assert value(counter, "x_outside_total", labels) == 6.0
    assert counted("invalid", "x_outside_total", "error_type") == before + 3
    assert len(caplog.records) == 1
    assert "`error_type` of `x_outside_total`" in caplog.text


@pytest.mark.usefixtures("lenient")
@pytest.mark.parametrize("given", ["Seattle", "new york", "", "seattle\n", "seattle2", None])
def test_a_value_that_does_not_match_to_the_end_is_invalid(catalog: Catalog, given: str) -> None:
    counter = by_city(catalog)
    counter.inc(city=given)
    counter.inc(city="seattle")
    assert value(counter, "x_c_total", {"city": "_invalid"}) == 1.0
    assert value(counter, "x_c_total", {"city": "seattle"}) == 1.0


@pytest.mark.usefixtures("lenient")
@pytest.mark.parametrize("given", [None, 7, ["kexp"], "\udcff"])
def test_an_open_label_accepts_any_text_and_nothing_else(catalog: Catalog, given: str) -> None:
    histogram = HistogramBySourceId(
        catalog, key="h", name="x_h", help="h", labels=(SOURCE_ID,), buckets=(1.0,)
    )
    histogram.observe(0.5, source_id=given)
    with histogram.time(source_id=given):
        pass
    assert value(histogram, "x_h_count", {"source_id": "_invalid"}) == 2.0


@pytest.mark.usefixtures("strict")
def test_values_over_budget_overflow_also_in_strict_mode(
    catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    counter = by_source(catalog, "x_budget_total")
    before = counted("overflow", "x_budget_total", "source_id")
    for number in range(10):
        for _ in range(2):
            counter.inc(source_id=f"s{number}", error_type="dns")
    found = {dict(labels)["source_id"]: v for (name, labels), v in samples(counter).items()
             if name == "x_budget_total"}  # fmt: skip
    assert found == {"s0": 2.0, "s1": 2.0, "s2": 2.0, "_overflow": 14.0}
    assert counted("overflow", "x_budget_total", "source_id") == before + 14
    assert len([r for r in caplog.records if "x_budget_total" in r.getMessage()]) <= 1


def test_an_overflow_is_logged_once(
    catalog: Catalog, lenient: None, caplog: pytest.LogCaptureFixture
) -> None:
    assert lenient is None
    counter = by_city(catalog)
    for city in ("a", "b", "c", "d"):
        counter.inc(city=city)
    (record,) = caplog.records
    said = record.getMessage()
    assert "label `city` of `x_c_total` has more than 2 values; 'c'" in said
    assert "raise the budget in the catalog" in said


@pytest.mark.usefixtures("lenient")
def test_invalid_values_do_not_use_the_budget(catalog: Catalog) -> None:
    counter = by_city(catalog)
    for city in ("A", "B", "C", "a", "_invalid", "_overflow", "b", "c"):
        counter.inc(city=city)
    assert value(counter, "x_c_total", {"city": "a"}) == 1.0
    assert value(counter, "x_c_total", {"city": "b"}) == 1.0
    assert value(counter, "x_c_total", {"city": "_invalid"}) == 4.0
    assert value(counter, "x_c_total", {"city": "_overflow"}) == 2.0


def test_each_metric_has_its_own_budget(catalog: Catalog) -> None:
    one = CounterByCity(catalog, key="1", name="x_1_total", help="h", labels=(CITY,))
    two = CounterByCity(catalog, key="2", name="x_2_total", help="h", labels=(CITY,))
    for city in ("a", "b"):
        one.inc(city=city)
    for city in ("c", "d"):
        two.inc(city=city)
    assert value(one, "x_1_total", {"city": "_overflow"}) is None
    assert value(two, "x_2_total", {"city": "_overflow"}) is None


LONGEST = ["a" * LONGEST_VALUE, "é" * (LONGEST_VALUE // 2), "😀" * (LONGEST_VALUE // 4)]


@pytest.mark.usefixtures("lenient")
@pytest.mark.parametrize("longest", LONGEST)
def test_a_value_that_is_too_long_is_invalid(catalog: Catalog, longest: str) -> None:
    counter = by_source(catalog, "x_long_total")
    before = counted("invalid", "x_long_total", "source_id")
    for given in (longest, longest + "a", Text(longest + "a"), longest * 1000):
        counter.inc(source_id=given, error_type="dns")
    found = {source: cell.snapshot() for (source, _), cell in counter.series()}
    assert found == {longest: 1.0, "_invalid": 3.0}
    assert counted("invalid", "x_long_total", "source_id") == before + 3


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("longest", LONGEST)
def test_a_value_that_is_too_long_raises_in_strict_mode(catalog: Catalog, longest: str) -> None:
    counter, cities = by_source(catalog), by_city(catalog, "x_city_total")
    with pytest.raises(ValueError, match=r"`x_c_total`: it has 2049 bytes, more than 2048$"):
        counter.inc(source_id=longest + "a", error_type="dns")
    with pytest.raises(ValueError, match="it has 4096 bytes"):
        counter.labels(source_id=longest * 2, error_type="dns")
    with pytest.raises(ValueError, match="it has 2049 bytes"):
        cities.inc(city="a" * 2049)
    with pytest.raises(ValueError, match="constant label `region` has 2049 bytes, more than 2048"):
        catalog.add_constant_labels(region=longest + "a")
    catalog.add_constant_labels(region=longest)
    assert (counter.series(), cities.series()) == ([], [])


@pytest.mark.usefixtures("lenient")
def test_values_of_an_info_that_are_too_long_are_invalid(catalog: Catalog) -> None:
    version = OpenLabel("version", help="", budget=3)
    info = Info(catalog, key="i", name="x_info", help="h", info_labels=(version,))
    info._set(("1" * (LONGEST_VALUE + 1),))
    assert [cell.snapshot() for _, cell in info.series()] == [("_invalid",)]


@pytest.mark.alone
@pytest.mark.usefixtures("lenient")
def test_memory_is_bounded_under_any_number_of_distinct_values(catalog: Catalog) -> None:
    counter = by_source(catalog)
    for number in range(1000):
        counter.inc(source_id=str(number), error_type=str(number))  # type: ignore[arg-type]
    tracemalloc.start()
    try:
        for number in range(30_000):
            counter.inc(source_id=str(number), error_type=f"e{number}")  # type: ignore[arg-type]
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 300_000  # 10 bytes for each value: none was kept
    assert len(counter.series()) == 4  # three sources and `_overflow`, all with `_invalid`
    assert sum(cell.snapshot() for _, cell in counter.series()) == 31_000.0


def test_closed_products_start_at_zero_for_counters(catalog: Catalog) -> None:
    counter = CounterByErrorTypeSeverity(
        catalog, key="c", name="x_c_total", help="h", labels=(JOBS_ERROR_TYPE, JOBS_SEVERITY)
    )
    totals = [v for (name, _), v in samples(counter).items() if name == "x_c_total"]
    assert totals == [0.0] * 6


def test_closed_products_start_at_zero_for_histograms(catalog: Catalog) -> None:
    closed = ClosedLabel("source_id", help="", values=("a", "b"))
    histogram = HistogramBySourceId(
        catalog, key="h", name="x_h", help="h", labels=(closed,), buckets=(1.0,)
    )
    assert [values for values, _ in histogram.series()] == [("a",), ("b",)]


def test_gauges_do_not_start_at_zero(catalog: Catalog) -> None:
    gauge = GaugeByErrorType(catalog, key="g", name="x_g", help="h", labels=(JOBS_ERROR_TYPE,))
    assert gauge.series() == []
    gauge.set(5, error_type="dns")
    assert value(gauge, "x_g", {"error_type": "dns"}) == 5.0


def test_partly_open_products_do_not_start_at_zero(catalog: Catalog) -> None:
    assert by_source(catalog).series() == []


def test_huge_closed_products_start_empty_and_work(catalog: Catalog) -> None:
    wide = tuple(f"v{number}" for number in range(ZERO_SERIES_LIMIT + 1))
    counter = CounterByCity(
        catalog,
        key="c",
        name="x_c_total",
        help="h",
        labels=(ClosedLabel("city", help="", values=wide),),
    )
    assert counter.series() == []
    counter.inc(city="v7")
    assert value(counter, "x_c_total", {"city": "v7"}) == 1.0


def test_the_largest_closed_product_starts_at_zero(catalog: Catalog) -> None:
    values = tuple(f"v{number}" for number in range(ZERO_SERIES_LIMIT))
    label = ClosedLabel("city", help="", values=values)
    counter = CounterByCity(catalog, key="c", name="x_c_total", help="h", labels=(label,))
    assert [found for (found,), _ in counter.series()] == list(values)


def test_a_bound_handle_and_the_metric_record_into_one_series(catalog: Catalog) -> None:
    counter = by_source(catalog)
    bound = counter.labels(source_id="kexp", error_type="dns")
    assert counter.labels(source_id="kexp", error_type="dns") is bound
    bound.inc()
    counter.inc(2, source_id="kexp", error_type="dns")
    assert bound.snapshot() == 3.0


def test_label_names_are_checked_by_python(catalog: Catalog) -> None:
    counter = by_source(catalog)
    with pytest.raises(TypeError):
        counter.inc(source_id="kexp")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        counter.inc(source_id="kexp", error_type="dns", extra="x")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        counter.inc(1.0, "kexp", "dns")  # type: ignore[call-arg]


def test_labels_show_their_names() -> None:
    assert repr(SOURCE_ID) == "OpenLabel('source_id')"
    assert repr(CITY) == "PatternLabel('city')"
    assert repr(JOBS_SEVERITY) == "ClosedLabel('severity')"
    assert OpenLabel("a", help="b", budget=3).allows("anything")


class NoHash:
    """A value that cannot be hashed."""

    def __hash__(self) -> int:
        raise RuntimeError("outside of a request")


class Unbound:
    """A proxy without an object, such as one for a request outside a request."""

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        raise RuntimeError("outside of a request")


@pytest.mark.usefixtures("lenient")
@pytest.mark.parametrize("kind", [NoHash, Unbound])
def test_values_whose_code_raises_are_invalid(catalog: Catalog, kind: type) -> None:
    counter = by_source(catalog)
    given: Any = kind()
    counter.inc(source_id=given, error_type="dns")
    counter.labels(source_id=given, error_type="dns").inc()
    counter.inc(given, source_id="kexp", error_type="dns")
    assert value(counter, "x_c_total", {"source_id": "_invalid", "error_type": "dns"}) == 2.0
    assert value(counter, "x_c_total", {"source_id": "kexp", "error_type": "dns"}) == 0.0


def test_messages_say_what_is_allowed(catalog: Catalog) -> None:
    counter, cities = by_source(catalog), by_city(catalog, "x_city_total")
    wrong: Any = 7
    with pytest.raises(ValueError, match=r"`x_c_total`: it takes timeout, dns$"):
        counter.inc(source_id="kexp", error_type=cast("Any", "bogus"))
    with pytest.raises(ValueError, match=r"7 is not a value of label `source_id` .* a str$"):
        counter.inc(source_id=wrong, error_type="dns")
    with pytest.raises(ValueError, match=r"`x_city_total`: it must match \[a-z_\]\+$"):
        cities.inc(city="Seattle")
    with pytest.raises(ValueError, match="UTF-8 cannot encode it"):
        cities.inc(city="\ud800")
    many = ClosedLabel("a", help="", values=tuple(map(str, range(25))))
    assert many.takes == f"it takes {', '.join(map(str, range(20)))} and 5 more"
    assert OpenLabel("a", help="", budget=1).takes == "it takes any str"


@pytest.mark.usefixtures("lenient")
def test_the_log_message_says_what_was_recorded(
    catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    by_source(catalog).inc(source_id="kexp", error_type=cast("Any", "bogus"))
    assert "it takes timeout, dns; recorded as `_invalid`" in caplog.text


UNREGISTERED = """
import os, sys
os.environ["TYPEDPROM_STRICT"] = "0"
from typedprom import Catalog, LabelledCounter, PatternLabel
class CounterByCity(LabelledCounter):
    __slots__ = ()
    def inc(self, *, city):
        self._cell(city).inc()
CITY = PatternLabel("city", help="", pattern="[a-z]+", budget=2)
catalog = Catalog(namespace="x", title="", description="", interface=1)
counter = CounterByCity(catalog, key="c", name="x_c_total", help="h", labels=(CITY,))
for _ in range(3):
    counter.inc(city="NO")
catalog.register()
loaded = set(sys.modules)
counter.inc(city="NO")
print(sys.modules.keys() - loaded)
from typedprom.metrics.self_metrics import LABEL_INVALID
print([(values, cell.snapshot()) for values, cell in LABEL_INVALID.series()])
"""


def test_recording_imports_nothing_once_registered() -> None:
    done = run_python("-c", UNREGISTERED)
    assert done.stdout.splitlines() == ["set()", "[(('x_c_total', 'city'), 4.0)]"]

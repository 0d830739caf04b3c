"""Amounts of any numeric type are recorded exactly; other amounts are misuse."""

import logging
import math
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.runtime.reading import value
from typedprom import ONE, Catalog, Counter, Gauge, Histogram

BIG = 10**400


class Celsius:
    """A numeric class of another library."""

    def __float__(self) -> float:
        return 2.5


class Half(float):
    """A subclass of float whose addition is Python code."""

    def __radd__(self, other: float) -> float:
        raise AssertionError("recording must not run an amount's own addition")


class Broken:
    """A number whose conversion to float fails."""

    def __float__(self) -> float:
        raise RuntimeError("no value")


NUMBERS: list[tuple[object, float]] = [
    (3, 3.0),
    (True, 1.0),
    (2**70, float(2**70)),
    (Decimal("0.1"), 0.1),
    (Fraction(1, 3), 1 / 3),
    (Celsius(), 2.5),
    (Half(0.5), 0.5),
]
NO_NUMBERS: list[tuple[object, type[Exception]]] = [
    ("3", TypeError),
    (b"3", TypeError),
    (None, TypeError),
    (1j, TypeError),
    ([1], TypeError),
    (BIG, ValueError),
    (Broken(), TypeError),
]
NOT_FINITE = [math.nan, -math.nan, math.inf, -math.inf]
OUTSIDE: list[object] = [-1, -0.5, -(2**70), -BIG, math.nan, math.inf, -math.inf, Decimal("NaN")]


def a_counter(catalog: Catalog) -> Counter:
    return Counter(catalog, key="c", name="x_c_total", help="h")


def a_gauge(catalog: Catalog) -> Gauge:
    return Gauge(catalog, key="g", name="x_g", help="h")


def a_histogram(catalog: Catalog) -> Histogram:
    return Histogram(catalog, key="h", name="x_h", help="h", buckets=(1.0, 2.0))


def recordings(catalog: Catalog) -> list[Callable[[object], None]]:
    """Return every method that takes an amount, typed to accept any object."""
    gauge = a_gauge(catalog)
    methods: list[Callable[[float], None]] = [
        a_counter(catalog).inc,
        gauge.set,
        gauge.inc,
        gauge.dec,
        a_histogram(catalog).observe,
    ]
    return [_unchecked(method) for method in methods]


def _unchecked(method: Callable[[float], None]) -> Callable[[object], None]:
    return lambda amount: method(amount)  # type: ignore[arg-type]


@pytest.mark.parametrize(("amount", "expected"), NUMBERS)
def test_any_number_is_recorded(catalog: Catalog, amount: object, expected: float) -> None:
    for record in recordings(catalog):
        record(amount)
    metrics = catalog.metrics
    assert value(metrics["c"], "x_c_total") == expected
    assert value(metrics["g"], "x_g") == expected + expected - expected
    assert value(metrics["h"], "x_h_sum") == expected
    assert value(metrics["h"], "x_h_count") == 1.0


def test_numpy_numbers_are_recorded(catalog: Catalog) -> None:
    numpy = pytest.importorskip("numpy", reason="numpy is not installed")
    counter = a_counter(catalog)
    for kind in (numpy.float64, numpy.float32, numpy.int64, numpy.bool_):
        counter.inc(kind(1))
    assert value(counter, "x_c_total") == 4.0


def test_cells_hold_exact_floats_for_all_number_types(catalog: Catalog) -> None:
    counter, gauge, histogram = a_counter(catalog), a_gauge(catalog), a_histogram(catalog)
    for amount in (3, True, Half(0.5)):
        counter.inc(amount)
        gauge.set(amount)
        histogram.observe(amount)
    for metric in (counter, gauge, histogram):
        assert {type(s.value) for family in metric.collect() for s in family.samples} == {float}


def test_an_amount_equal_to_one_is_not_mistaken_for_the_default(catalog: Catalog) -> None:
    counter = a_counter(catalog)
    assert ONE == 1.0
    counter.inc(1.0)
    counter.inc(1)
    counter.inc()
    counter.inc(ONE)
    assert value(counter, "x_c_total") == 4.0


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(("amount", "error"), NO_NUMBERS)
def test_an_amount_that_is_not_a_number_raises_in_strict_mode(
    catalog: Catalog, amount: object, error: type[Exception]
) -> None:
    for record in recordings(catalog):
        with pytest.raises(error, match="cannot "):
            record(amount)


@pytest.mark.usefixtures("lenient")
@pytest.mark.parametrize(("amount", "error"), NO_NUMBERS)
def test_an_amount_that_is_not_a_number_is_not_recorded(
    catalog: Catalog, amount: object, error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    assert issubclass(error, Exception)
    for record in recordings(catalog):
        record(amount)
        record(amount)
    assert value(catalog.metrics["c"], "x_c_total") == 0.0
    assert value(catalog.metrics["g"], "x_g") == 0.0
    assert value(catalog.metrics["h"], "x_h_count") == 0.0
    assert len(caplog.records) == 3  # one for each metric
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("amount", OUTSIDE)
def test_a_counter_refuses_negative_infinite_and_nan_amounts(
    catalog: Catalog, amount: float
) -> None:
    with pytest.raises(ValueError, match="x_c_total"):
        a_counter(catalog).inc(amount)


@pytest.mark.usefixtures("lenient")
@pytest.mark.parametrize("amount", OUTSIDE)
def test_a_counter_keeps_its_value_after_invalid_amounts(
    catalog: Catalog, amount: float, caplog: pytest.LogCaptureFixture
) -> None:
    counter = a_counter(catalog)
    counter.inc(2)
    for _ in range(3):
        counter.inc(amount)
    assert value(counter, "x_c_total") == 2.0
    assert len(caplog.records) == 1


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("amount", [*NOT_FINITE, Decimal("NaN"), Decimal("-Infinity")])
def test_a_histogram_refuses_amounts_that_are_not_finite(catalog: Catalog, amount: float) -> None:
    with pytest.raises(ValueError, match=r"`x_h` is a histogram and cannot observe -?(nan|inf)"):
        a_histogram(catalog).observe(amount)


@pytest.mark.usefixtures("lenient")
def test_amounts_that_are_not_finite_do_not_change_a_histogram(
    catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    histogram = a_histogram(catalog)
    for amount in (0.5, *NOT_FINITE, 1.5, *NOT_FINITE):
        histogram.observe(amount)
    assert value(histogram, "x_h_count") == 2.0
    assert value(histogram, "x_h_sum") == 2.0
    assert len(caplog.records) == 1


def test_a_histogram_accepts_negative_and_the_largest_amounts(catalog: Catalog) -> None:
    histogram = a_histogram(catalog)
    for amount in (-3, -0.5, sys.float_info.max):
        histogram.observe(amount)
    assert value(histogram, "x_h_bucket", {"le": "1.0"}) == 2.0
    assert value(histogram, "x_h_bucket", {"le": "+Inf"}) == 3.0


@pytest.mark.usefixtures("lenient")
def test_amounts_whose_repr_fails_are_not_recorded(
    catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    for record in recordings(catalog):
        record(BIG**20)
    assert value(catalog.metrics["c"], "x_c_total") == 0.0
    assert "`x_c_total` cannot record <int>: int too large" in caplog.text
    assert "; left out (further ones are not logged)" in caplog.text

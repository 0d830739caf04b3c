"""Quantities are exact, whatever they are written with."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typedprom_codegen.promql.nodes.number import duration, duration_value
from typedprom_codegen.resolve.quantities import Measure, Quantity, quantity

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**12))


@pytest.mark.parametrize(
    ("text", "value", "measure"),
    [
        ("50%", "0.5", Measure.SHARE),
        ("99.95%", "0.9995", Measure.SHARE),
        ("64MiB", "67108864", Measure.SIZE),
        ("1.5kB", "1500", Measure.SIZE),
        ("30m", "1800", Measure.TIME),
        ("250ms", "0.25", Measure.TIME),
        ("0.1", "0.1", Measure.NUMBER),
        ("1e3", "1000", Measure.NUMBER),
        (".5", "0.5", Measure.NUMBER),
        ("-3", "-3", Measure.NUMBER),
        ("100", "100", Measure.NUMBER),
    ],
)
def test_quantities(text: str, value: str, measure: Measure) -> None:
    found = quantity(text)
    assert found == Quantity(Decimal(value), measure)
    assert str(found.value) == value


@pytest.mark.parametrize(
    "text", [".inf", "-.inf", ".nan", "", "%", "5 %", "5mib", "1.2.3", "1e400", "1e-400", "."]
)
def test_no_quantities(text: str) -> None:
    assert quantity(text) is None


def test_a_plain_number_fits_any_unit_and_others_their_own() -> None:
    units = (None, "seconds", "bytes", "ratio", "celsius")
    fitting = {
        text: [unit for unit in units if (found := quantity(text)) and found.fits(unit)]
        for text in ("3", "3s", "3MiB", "3%")
    }
    assert fitting == {
        "3": [*units],
        "3s": ["seconds"],
        "3MiB": ["bytes"],
        "3%": ["ratio"],
    }


@given(NUMBERS)
def test_no_digit_is_lost(number: Decimal) -> None:
    found = quantity(f"{number:f}%")
    assert found is not None
    assert Fraction(found.value) * 100 == Fraction(number)
    assert not f"{found.value:f}".endswith("0") or found.value == found.value.to_integral()


@given(st.integers(0, 10**12))
def test_a_duration_is_read_as_it_was_written(milliseconds: int) -> None:
    assert round(duration_value(duration(milliseconds / 1000)) * 1000) == milliseconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.25, "250ms"),
        (60, "1m"),
        (4500, "1h15m"),
        (28 * 86400, "28d"),
        (90.5, "1m30s500ms"),
    ],
)
def test_a_duration_has_the_largest_units_that_fit(seconds: float, text: str) -> None:
    assert duration(seconds) == text

"""PromQL as text: numbers, selectors and sums, written exactly and always alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

from typedprom_codegen.ir import LabelValues, SelectedSeries
from typedprom_codegen.promql.alternatives import pattern_of

INDENT: Final = "  "

_ESCAPED: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r"})


def number(value: Decimal | int) -> str:
    """A number, without an exponent and without needless zeros."""
    text = format(Decimal(value), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def quotient(value: Fraction) -> str:
    """A number, as a division where no decimal is exact: 7/150 is `7 / 150`."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    if Fraction(exact) == value:
        return number(exact)
    return f"{value.numerator} / {value.denominator}"


def string(text: str) -> str:
    """A string in double quotes."""
    return f'"{text.translate(_ESCAPED)}"'


def matcher(chosen: LabelValues) -> str:
    """A matcher for these values of a label."""
    return _matcher(chosen, "=", "=~")


def excluding(chosen: LabelValues) -> str:
    """A matcher for all other values of a label."""
    return _matcher(chosen, "!=", "!~")


def _matcher(chosen: LabelValues, of_one: str, of_several: str) -> str:
    if len(chosen.values) == 1:
        return f"{chosen.label}{of_one}{string(chosen.values[0])}"
    return f"{chosen.label}{of_several}{string(pattern_of(chosen.values))}"


def matchers(selected: SelectedSeries) -> Iterator[str]:
    """The matchers that select the series."""
    yield from map(matcher, selected.where)
    yield from map(excluding, selected.unless)


def selector(name: str, matching: Iterable[str] = ()) -> str:
    """A selector of the series with this name."""
    listed = ", ".join(matching)
    return f"{name}{{{listed}}}" if listed else name


def aggregated(operation: str, labels: Iterable[str], inner: str) -> str:
    """An aggregation by these labels; what is aggregated is indented if it has several lines."""
    by = ", ".join(labels)
    begin = f"{operation} by ({by}) " if by else operation
    if "\n" in inner:
        return f"{begin}(\n{indented(inner)}\n)"
    return f"{begin}({inner})"


def indented(text: str) -> str:
    """Every line of a text one step further to the right."""
    return "\n".join(INDENT + line for line in text.split("\n"))

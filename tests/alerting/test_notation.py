"""Numbers and selectors of rules: exact, and read back by the parser as they were."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typedprom_codegen.alerting.notation import (
    excluding,
    matcher,
    number,
    quotient,
    selector,
    string,
)
from typedprom_codegen.ir import LabelValues
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.patterns import matches_whole


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=9))
def test_a_number_is_exact(value: Decimal) -> None:
    text = number(value)
    assert Decimal(text) == value
    assert "E" not in text


@pytest.mark.parametrize(
    ("value", "text"),
    [("100", "100"), ("1E+3", "1000"), ("0.50", "0.5"), ("0.000", "0"), ("64E6", "64000000")],
)
def test_a_number_has_no_needless_zeros(value: str, text: str) -> None:
    assert number(Decimal(value)) == text


@given(st.fractions(0, 10, max_denominator=10**6))
def test_a_quotient_is_exact(value: Fraction) -> None:
    parts = [Fraction(part) for part in quotient(value).split(" / ")]
    assert parts[0] / (parts[1] if len(parts) > 1 else 1) == value


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_a_value_of_a_label_is_matched_as_it_is(value: str) -> None:
    text = selector("x", [matcher(LabelValues("a", (value,)))])
    (node,) = [node for node in parse(text).nodes if isinstance(node, Selector)]
    assert [found.value for found in node.matchers] == [value]
    assert string(value).startswith('"')


@given(st.lists(st.text(st.characters(codec="ascii"), min_size=1, max_size=8), min_size=2))
def test_several_values_are_matched_as_they_are(values: list[str]) -> None:
    text = selector("x", [matcher(LabelValues("a", tuple(values)))])
    (node,) = [node for node in parse(text).nodes if isinstance(node, Selector)]
    assert node.matchers[0].operator == "=~"
    for value in values:
        assert matches_whole(node.matchers[0].value, value) is not False


def test_values_that_do_not_count_are_left_out() -> None:
    assert excluding(LabelValues("a", ("b", "c.d"))) == r'a!~"b|c\\.d"'
    assert excluding(LabelValues("a", ("b",))) == 'a!="b"'

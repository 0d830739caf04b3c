"""The meaning of plain scalars; scalars that YAML parsers read differently are rejected."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from typedprom_codegen.load.scalars import AmbiguousScalar, resolve_plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("timeout", "timeout"),
        ("http_4xx", "http_4xx"),
        ("1.2.3", "1.2.3"),
        ("10s", "10s"),
        ("-", "-"),
        ("none", "none"),
        ("0", 0),
        ("-12", -12),
        ("+7", 7),
        ("0.5", 0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1.5E-2", 0.015),
        ("true", True),
        ("False", False),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("9" * 400, math.inf),
    ],
)
def test_plain_scalars_follow_the_core_rules_of_yaml_1_2(text: str, value: object) -> None:
    assert resolve_plain(text) == value
    assert type(resolve_plain(text)) is type(value)


def test_nan_is_a_number() -> None:
    value = resolve_plain(".nan")
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize(
    ("text", "reads_as"),
    [
        ("on", "a boolean"),
        ("No", "a boolean"),
        ("Y", "a boolean"),
        ("OFF", "a boolean"),
        ("", "null"),
        ("~", "null"),
        ("Null", "null"),
        ("2027-06-30", "a date"),
        ("2027-06-30T10:00:00Z", "a date"),
        ("0o17", "an octal number"),
        ("017", "an octal number"),
        ("0x1F", "a hexadecimal number"),
        ("0b11", "a binary number"),
        ("12:30", "a sexagesimal number"),
        ("1:02:03.5", "a sexagesimal number"),
        ("1_000", "a number"),
        ("08", "a number"),
        ("00.5", "a number"),
    ],
)
def test_ambiguous_scalars_are_not_values(text: str, reads_as: str) -> None:
    assert resolve_plain(text) == AmbiguousScalar(reads_as)


def _yaml_1_1_tag(text: str) -> object:
    resolve: Callable[..., object] = yaml.SafeLoader("").resolve
    return resolve(yaml.ScalarNode, text, (True, False))


PLAIN = st.text("0123456789_.:-+eExob nyYNtruefalsOFinTZ~", max_size=12)


@given(PLAIN)
def test_text_is_text_to_yaml_1_1_as_well(text: str) -> None:
    if not isinstance(resolve_plain(text), str) or text in {"=", "<<"}:
        return
    assert _yaml_1_1_tag(text) == "tag:yaml.org,2002:str"


@given(st.floats(allow_nan=False) | st.integers(-(10**18), 10**18))
def test_numbers_as_python_prints_them_are_numbers(number: float) -> None:
    text = repr(number).replace("inf", ".inf")
    assert resolve_plain(text) == number

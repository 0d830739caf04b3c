"""Values of matchers: alternatives of patterns, where they stand, bounds as clients write them."""

from __future__ import annotations

import re
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.utils import floatToGoString

from typedprom.exposition.text_format import number
from typedprom_codegen.lint.matcher_values import extent_of, values_of
from typedprom_codegen.promql.alternatives import alternatives_in, is_literal
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.queries.bound_text import bound_text, go_text


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a", ["a"]),
        ("", [""]),
        ("a|b", ["a", "b"]),
        ("^(?:a|b)$", ["a", "b"]),
        ("((a|b))", ["a", "b"]),
        ("(a|b)|c", ["(a|b)", "c"]),
        ("(a)|(b)", ["(a)", "(b)"]),
        ("a[|]b|c", ["a[|]b", "c"]),
        ("[]|]|c", ["[]|]", "c"]),
        ("[^]|]|c", ["[^]|]", "c"]),
        (r"[[:alpha:]|]|c", ["[[:alpha:]|]", "c"]),
        (r"a\|b|c", [r"a\|b", "c"]),
        (r"a\\|b", [r"a\\", "b"]),
        (r"a\$", [r"a\$"]),
        (r"\(a|b\)", [r"\(a", r"b\)"]),
        ("(?i)a|b", ["(?i)a", "b"]),
        ("a|", ["a", ""]),
        ("(a|b", ["(a", "b"]),
        ("a)|b", ["a)", "b"]),
    ],
)
def test_alternatives_of_a_pattern(pattern: str, expected: list[str]) -> None:
    found = alternatives_in(pattern)
    assert [each.text for each in found] == expected
    assert all(pattern[each.start :].startswith(each.text) for each in found)


WORDS = st.text("ab", max_size=2)
PATTERNS = st.recursive(
    st.one_of(WORDS, st.sampled_from([".*", "[a|b]", r"a\|", "a.", "b+", "[^a]"])),
    lambda inner: st.one_of(
        st.builds("({})".format, inner),
        st.builds("(?:{})?".format, inner),
        st.builds("{}|{}".format, inner, inner),
        st.builds("{}{}".format, inner, inner),
        st.builds("^{}$".format, inner),
    ),
    max_leaves=4,
)


@given(PATTERNS, st.text("ab|", max_size=4))
def test_a_pattern_matches_what_one_of_its_alternatives_matches(pattern: str, text: str) -> None:
    alternatives = [each.text for each in alternatives_in(pattern)]
    if "^" in pattern[1:].replace("[^", "") or "$" in pattern[:-1]:
        return  # anchors in the middle
    one = any(re.fullmatch(each, text) for each in alternatives)
    assert one == bool(re.fullmatch(pattern, text))


@given(st.text(max_size=40))
def test_any_text_has_alternatives(text: str) -> None:
    found = alternatives_in(text)
    assert found
    assert all(text[each.start : each.start + len(each.text)] == each.text for each in found)


def test_a_deep_pattern_has_alternatives() -> None:
    assert [each.text for each in alternatives_in("(" * 5000 + "a|b" + ")" * 5000)] == ["a", "b"]


@pytest.mark.parametrize("text", ["a.b", "a|b", "a\\b", "a$"])
def test_what_is_a_pattern(text: str) -> None:
    assert not is_literal(text)
    assert is_literal("a-b_c/d:e=f,g")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('up{job=~"a|bc"}', ["a", "bc"]),
        (r'up{job=~"\"a|b\\.c"}', [r"\"a", r"b\\.c"]),
        (r"up{job=~`a|b\.c`}", ["a", r"b\.c"]),
        (r'up{job="\u00e9x"}', [r"\u00e9x"]),
        ('up{job=~"a|"}', ["a", '"a|"']),
    ],
)
def test_where_a_value_stands(query: str, expected: list[str]) -> None:
    parsed = parse(query)
    selector = parsed.root
    assert isinstance(selector, Selector)
    (matcher,) = selector.matchers
    extents = [extent_of(each, matcher, parsed) for each in values_of(matcher)]
    assert [query[start:end] for start, end in extents] == expected


@given(st.one_of(st.floats(1e-9, 1e20), st.integers(0, 10**9).map(float)))
def test_bounds_are_written_as_clients_for_python_write_them(bound: float) -> None:
    written = floatToGoString(bound)  # type: ignore[no-untyped-call]
    assert bound_text(bound) == written == number(bound)
    assert float(bound_text(bound)) == float(go_text(bound)) == bound


@pytest.mark.parametrize(
    ("bound", "python", "go"),
    [
        (1.0, "1.0", "1"),
        (0.005, "0.005", "0.005"),
        (100000.0, "100000.0", "100000"),
        (1e6, "1e+06", "1e+06"),
        (2500000.0, "2.5e+06", "2.5e+06"),
        (1e-5, "1e-05", "1e-05"),
        (inf, "+Inf", "+Inf"),
        (0.0, "0.0", "0"),
    ],
)
def test_bounds(bound: float, python: str, go: str) -> None:
    assert (bound_text(bound), go_text(bound)) == (python, go)

"""Which texts a pattern lists."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typedprom_codegen.promql.alternatives import fixed_texts


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("get", {"get"}),
        ("get|post", {"get", "post"}),
        ("^(?:get|post)$", {"get", "post"}),
        ("((a|b))", {"a", "b"}),
        (r"a\.b|c", {"a.b", "c"}),
        (r"a\|b|c", {"a|b", "c"}),
        ("a|", {"a", ""}),
        ("", {""}),
    ],
)
def test_listed_texts(pattern: str, texts: set[str]) -> None:
    assert fixed_texts(pattern) == frozenset(texts)


@pytest.mark.parametrize(
    "pattern",
    [".*", "5..", "a+", "(a|b)c", "[45]", "[a]", r"\d", "a$|b", "a\\", "(a)|(b)", "(?i)a"],
)
def test_other_patterns(pattern: str) -> None:
    assert fixed_texts(pattern) is None


@given(st.text("ab|()[]^$\\.", max_size=8), st.text("ab|().[", max_size=3))
def test_no_pattern_matches_other_texts(pattern: str, text: str) -> None:
    texts = fixed_texts(pattern)
    if texts is None:
        return
    try:
        compiled = re.compile(pattern)
    except re.error:
        return
    assert all(compiled.fullmatch(each) for each in texts)
    assert (compiled.fullmatch(text) is not None) == (text in texts)

"""JSON with positions: inside of strings with escapes, in long, deep, broken and doubled text."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.load.file_text import LINE_BREAK
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.sources.json_text import DEEPEST, JsonDocument, JsonSyntaxError, parsed

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def at(text: str, span: Span) -> str:
    """Return the part of a text that a span covers."""
    starts = [0, *(found.end() for found in LINE_BREAK.finditer(text))]
    first, last = starts[span.line - 1], starts[span.end_line - 1]
    return text[first + span.column - 1 : last + span.end_column - 1]


def test_escapes_are_one_character_each() -> None:
    text = '{"a": [0,\r\n  "x\\"y\\u0041\\ud83d\\ude00\\n\\/z"]}'
    document = JsonDocument("f.json", text)
    assert document.data == {"a": [0, 'x"yA😀\n/z']}
    parts = ["x", '\\"', "y", "\\u0041", "\\ud83d\\ude00", "\\n", "\\/", "z"]
    for index, part in enumerate(parts):
        span = document.span(("a", 1), Extent(index, index + 1))
        assert (span.line, at(text, span)) == (2, part)
    assert at(text, document.span(("a", 1), Extent(1, 4))) == '\\"y\\u0041'
    end = document.span(("a", 1), Extent(8, 8))
    assert (end.column, end.end_column) == (31, 31)


def test_a_lone_surrogate_is_one_character() -> None:
    text = r'"\ud83dx\ude00"'
    document = JsonDocument("f.json", text)
    assert [at(text, document.span((), Extent(i, i + 1))) for i in range(3)] == [
        r"\ud83d",
        "x",
        r"\ude00",
    ]


def test_of_a_key_that_occurs_twice_the_last_counts() -> None:
    text = '{"a": {"b": 1}, "\\u0061": {"b": "x", "b": "y"}}'
    document = JsonDocument("f.json", text)
    assert document.data == {"a": {"b": "y"}}
    assert at(text, document.span(("a", "b"))) == '"y"'


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("", "expecting value", 0),
        ('{"a": 1 ,\n}', "a comma after the last item", 8),
        ("[1,]", "a comma after the last item", 2),
        ("{1: 2}", "expecting property name enclosed in double quotes", 1),
        ('{"a": NaN}', "`NaN` is not a number in JSON", 6),
        ('["NaN", -Infinity]', "`-Infinity` is not a number in JSON", 8),
        ('"a\nb"', "invalid control character", 2),
        ("[1] [2]", "extra data", 4),
        ("[" * 1000 + "]" * 1000, f"nested more than {DEEPEST} levels deep", DEEPEST),
        ('{"a":' * 100_000, f"nested more than {DEEPEST} levels deep", DEEPEST * 5),
    ],
)
def test_what_is_not_json_is_refused_with_its_position(
    text: str, message: str, offset: int
) -> None:
    with pytest.raises(JsonSyntaxError) as refused:
        parsed(text)
    assert (refused.value.message, refused.value.offset) == (message, offset)


def test_brackets_in_strings_do_not_nest() -> None:
    assert parsed(json.dumps("[" * 1000)) == "[" * 1000
    deep = "[" * DEEPEST + "]" * DEEPEST
    assert JsonDocument("f.json", deep).span((0,) * (DEEPEST - 1)).column == DEEPEST


def test_long_integers_are_no_trouble() -> None:
    assert parsed("9" * 10_000) == float("inf")


@given(value=VALUES, indent=st.sampled_from([None, 1]), ascii=st.booleans())
def test_every_value_is_found(value: Any, indent: int | None, ascii: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii)
    document = JsonDocument("f.json", text)
    assert document.data == value
    ahead: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while ahead:
        path, expected = ahead.pop()
        assert json.loads(at(text, document.span(path))) == expected
        if isinstance(expected, list):
            ahead += [((*path, index), item) for index, item in enumerate(expected)]
        elif isinstance(expected, dict):
            ahead += [((*path, key), item) for key, item in expected.items()]
        elif isinstance(expected, str):
            for index, character in enumerate(expected):
                part = at(text, document.span(path, Extent(index, index + 1)))
                assert json.loads(f'"{part}"') == character


@given(text=st.text(alphabet='[]{}",:\\u0aD8 1eN\n\ud800', max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    offset = 0
    try:
        assert JsonDocument("f.json", text).span(()).line >= 1
    except JsonSyntaxError as problem:
        offset = problem.offset
    assert 0 <= offset <= len(text)


def test_positions_in_a_large_file_take_linear_time() -> None:
    panels = [{"targets": [{"expr": "sum(\\n up\\u0041)" * 20}]} for _ in range(20_000)]
    document = JsonDocument("f.json", json.dumps({"panels": panels}))
    started = time.process_time()
    for index in range(0, 20_000, 20):
        document.span(("panels", index, "targets", 0, "expr"), Extent(100, 110))
    assert time.process_time() - started < 20

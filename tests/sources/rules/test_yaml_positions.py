"""Each character of a YAML scalar is found in the file, in every style."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.load.file_text import LINE_BREAK
from typedprom_codegen.load.nodes import ScalarNode, child
from typedprom_codegen.load.yaml_parser import PARSER, PythonLoader, parse_documents
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.sources.yaml_positions import ScalarPlace, YamlText

QUERIES = {
    "plain": "expr: rate(a_total[5m]) > bad\n",
    "plain over several lines": "expr: rate(a_total[5m])\n   >\n\n   bad and\n    c\n",
    "single quotes": "expr: 'rate(a{b=''c''}[5m]) > bad'\n",
    "single quotes over several lines": "expr: 'rate(a{b=''c''}[5m])  \n\n   > bad'\n",
    "double quotes": 'expr: "rate(a{b=\\"c\\"}[5m]) > bad"\n',
    "double quotes with escapes": 'expr: "rate(a{b=\\"\\x41\\u00e9\\U0001F600\\n\\"}[5m]) > bad"\n',
    "double quotes over several lines": 'expr: "rate(a\\\n   [5m])\n   >\n\n   bad \\\n  \n  & c"\n',
    "literal": "expr: |\n  rate(a[5m])\n    > bad\n",
    "literal with blank lines": "expr: |2-\n\n\n     rate(a[5m])\n\n   > bad\n   # c\n",
    "literal, all of it kept": "expr: |+\n  rate(a[5m]) > bad\n\n\n",
    "folded": "expr: >\n  rate(a[5m])\n  >\n  bad\n\n  and c\n",
    "folded with more indentation": "expr: >-\n\n  rate(a[5m])\n    > 3\n\n    and\n  c > bad\n",
    "folded, indented by hand": "expr: >3\n     rate(a[5m])\n   > bad\n",
    "anchor": "expr: &x 'a > bad'\n",
    "tag": "expr: !!str a > bad\n",
    "anchor on a line of its own": "expr: &x # why\n  a > bad\n",
    "flow": "{a: [x], expr: a\n  > bad, b: c}\n",
    "wide characters": "expr: 'a{b=\"é🎉日本\"} > bad'\n",
    "json": '{\n  "expr": "a{b=\\"c\\"} > bad\\n/ d"\n}\n',
}


def place_of(text: str, parser: type = PARSER, *path: str | int) -> ScalarPlace:
    found = Diagnostics()
    documents = parse_documents(text, "rules.yaml", found, parser)
    assert documents, list(found)
    node = documents[0]
    for part in path or ("expr",):
        node = child(node, part)
    assert isinstance(node, ScalarNode)
    return YamlText("rules.yaml", text).place(node)


def under(text: str, span: Span) -> str:
    lines = [*LINE_BREAK.split(text), ""]
    assert span.line == span.end_line
    return lines[span.line - 1][span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("parser", [PARSER, PythonLoader])
@pytest.mark.parametrize("text", QUERIES.values(), ids=QUERIES)
def test_a_word_of_a_query_is_found(text: str, parser: type, line_end: str) -> None:
    written = text.replace("\n", line_end)
    place = place_of(written, parser)
    at = place.value.index("bad")
    assert under(written, place.span(Extent(at, at + 3))) == "bad"


@pytest.mark.parametrize("text", QUERIES.values(), ids=QUERIES)
def test_every_letter_of_a_query_is_found(text: str) -> None:
    place = place_of(text)
    for at, character in enumerate(place.value):
        if not character.isspace():
            shown = under(text, place.span(Extent(at, at + 1)))
            assert shown == character or shown.startswith("\\") or shown == character * 2


def test_the_end_of_a_query_is_behind_its_last_word() -> None:
    text = "expr: |\n  sum(\n\nnext: 1\n"
    place = place_of(text)
    assert place.span(Extent(5, 5)) == Span("rules.yaml", 2, 7, 2, 8)
    assert place.span(Extent(4, 5)) == Span("rules.yaml", 2, 7, 2, 8)


def test_a_part_over_several_lines_has_both_ends() -> None:
    place = place_of("expr: |\n  a\n    + bad\n")
    assert place.span(Extent(0, len(place.value))) == Span("rules.yaml", 2, 3, 3, 10)


WORDS = st.lists(
    st.sampled_from(["a", 'b{c="d\'"}', "\\", "é", "🎉", "#", ":", "  ", "\n", "\t", "-"])
)


@given(WORDS.map("".join), st.sampled_from(["'", '"', "|", ">", None]), st.integers(2, 40))
def test_what_a_dumper_writes_is_found(value: str, style: str | None, width: int) -> None:
    text = yaml.dump({"expr": value}, default_style=style, width=width, allow_unicode=True)
    documents = parse_documents(text, "rules.yaml", Diagnostics())
    assert documents
    read = documents[0]
    node = next(iter(read.values.values()))  # type: ignore[union-attr]
    assert isinstance(node, ScalarNode)
    place = YamlText("rules.yaml", text).place(node)
    for at, character in enumerate(node.text):
        span = place.span(Extent(at, at + 1))
        if not character.isspace() and at < len(node.text.rstrip()):
            assert under(text, span)[-1] == character or under(text, span).startswith("\\")

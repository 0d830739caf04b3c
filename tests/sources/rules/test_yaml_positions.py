"""Each character of a YAML scalar is found in the file, in every style."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.load.file_text import LINE_BREAK
from typedprom_codegen.load.yaml_nodes import ScalarNode
from typedprom_codegen.load.yaml_parser import PARSER, PythonLoader, parse_documents
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.sources.document import DocumentValue, StringPlace
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.lines import Lines
from typedprom_codegen.sources.yaml_document import yaml_documents
from typedprom_codegen.sources.yaml_positions import characters

QUERIES = {
    "plain": "expr: rate(a_total[5m]) > bad\n",
    "plain over several lines": "expr: rate(a_total[5m])\n   >\n\n   bad and\n    c\n",
    "single quotes": "expr: 'rate(a{b=''c''}[5m]) > bad'\n",
    "single quotes over several lines": "expr: 'rate(a{b=''c''}[5m])  \n\n   > bad'\n",
    "double quotes": 'expr: "rate(a{b=\\"c\\"}[5m]) > bad"\n',
    "double quotes with escapes": 'expr: "x(a{b=\\"\\x41\\u00e9\\U0001F600\\n\\"}[5m]) > bad"\n',
    "double quotes over several lines": 'expr: "x(a\\\n   [5m])\n   >\n\n   bad \\\n  \n  & c"\n',
    "literal": "expr: |\n  rate(a[5m])\n    > bad\n",
    "literal with blank lines": "expr: |2-\n\n\n     rate(a[5m])\n\n   > bad\n   # c\n",
    "literal, all of it kept": "expr: |+\n  rate(a[5m]) > bad\n\n\n",
    "folded": "expr: >\n  rate(a[5m])\n  >\n  bad\n\n  and c\n",
    "folded with more indentation": "expr: >-\n\n  rate(a[5m])\n    > 3\n\n    and\n  c > bad\n",
    "folded, indented by hand": "expr: >3\n     rate(a[5m])\n   > bad\n",
    "anchor": "expr: &x 'a > bad'\n",
    "tag": "expr: !!str a > bad\n",
    "anchor on a line of its own": "expr: &x # why\n  a > bad\n",
    "flow": "{a: [x], expr: a\n  > bad}\n",
    "wide characters": "expr: 'a{b=\"é🎉日本\"} > bad'\n",
    "json": '{\n  "expr": "a{b=\\"c\\"} > bad\\n/ d"\n}\n',
}


def query_of(text: str) -> DocumentValue:
    found = Diagnostics()
    documents = yaml_documents(FoundFile("rules.yaml", Path()), text, found)
    assert documents, list(found)
    (value,) = [v for v in DocumentValue(documents[0], (), documents[0].data).items() if v.text]
    return value


def span(query: DocumentValue, start: int, end: int) -> Span:
    return StringPlace(query).span(Extent(start, end))


def under(text: str, span: Span) -> str:
    lines = [*LINE_BREAK.split(text), ""]
    assert span.line == span.end_line
    return lines[span.line - 1][span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("text", QUERIES.values(), ids=QUERIES)
def test_a_word_of_a_query_is_found(text: str, line_end: str) -> None:
    written = text.replace("\n", line_end)
    query = query_of(written)
    at = query.text.index("bad")
    assert under(written, span(query, at, at + 3)) == "bad"


@pytest.mark.parametrize("parser", [PARSER, PythonLoader])
@pytest.mark.parametrize("text", QUERIES.values(), ids=QUERIES)
def test_every_letter_of_a_query_is_found(text: str, parser: type) -> None:
    documents = parse_documents(text, "rules.yaml", Diagnostics(), parser)
    assert documents
    (node,) = [n for n in documents[0].values.values() if isinstance(n, ScalarNode)]  # type: ignore[union-attr]
    start = Lines(text).offset(*node.position[:2])
    found = characters(text, start, node.text)
    assert len(found) == len(node.text)
    for character, (first, end) in zip(node.text, found, strict=True):
        shown = text[first:end]
        if not character.isspace():
            assert shown == character or shown.startswith("\\") or shown == character * 2


def test_the_end_of_a_query_is_behind_its_last_word() -> None:
    query = query_of("expr: |\n  sum(\n\nnext:\n")
    assert span(query, 5, 5) == Span("rules.yaml", 2, 7, 2, 7)
    assert span(query, 4, 5) == Span("rules.yaml", 2, 7, 2, 7)


def test_a_part_over_several_lines_has_both_ends() -> None:
    query = query_of("expr: |\n  a\n    + bad\n")
    assert span(query, 0, len(query.text)) == Span("rules.yaml", 2, 3, 3, 10)


def test_merged_and_repeated_values_stand_where_they_are_written() -> None:
    text = "base: &base {expr: a > bad}\nrule:\n  <<: *base\n  for: 5m\nother: *base\n"
    documents = yaml_documents(FoundFile("rules.yaml", Path()), text, Diagnostics())
    assert documents
    root = DocumentValue(documents[0], (), documents[0].data)
    for key in ("rule", "other"):
        assert under(text, span(root[key]["expr"], 4, 7)) == "bad"
    assert root["rule"].data == {"expr": "a > bad", "for": "5m"}


def test_of_several_merged_mappings_the_first_wins() -> None:
    text = "a: &a {expr: first}\nb: &b {expr: second, for: 5m}\nrule:\n  <<: [*a, *b]\n"
    documents = yaml_documents(FoundFile("rules.yaml", Path()), text, Diagnostics())
    assert documents
    rule = DocumentValue(documents[0], (), documents[0].data)["rule"]
    assert rule.data == {"expr": "first", "for": "5m"}
    assert under(text, span(rule["expr"], 0, 5)) == "first"


PIECES = ["a", 'b{c="d\'"}', "\\", "é", "🎉", "#", ":", "  ", "\n", "\t", "-"]
WORDS = st.lists(st.sampled_from(PIECES))


@given(WORDS.map("".join), st.sampled_from(["'", '"', "|", ">", None]), st.integers(2, 40))
def test_what_a_dumper_writes_is_found(value: str, style: str | None, width: int) -> None:
    text = yaml.dump({"expr": value}, default_style=style, width=width, allow_unicode=True)
    documents = parse_documents(text, "rules.yaml", Diagnostics())
    assert documents
    node = next(iter(documents[0].values.values()))  # type: ignore[union-attr]
    assert isinstance(node, ScalarNode)
    found = characters(text, Lines(text).offset(*node.position[:2]), node.text)
    assert len(found) == len(node.text)
    for character, (start, end) in zip(node.text, found, strict=True):
        if not character.isspace():
            assert text[start:end][-1] == character or text[start] == "\\"

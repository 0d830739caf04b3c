"""Spans cover the exact characters, with any line ends, widths and anchors."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.support.catalogs import HEADER, compiled, with_metrics
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.load.yaml_nodes import SourceFile
from typedprom_codegen.load.yaml_parser import PARSER, PythonLoader, parse

PARSERS = [PARSER, PythonLoader]
TEXT = """\
component: {name: orders, title: "Été 🎉 — naïve", owner: "x"}
labels:
  city: {help: &help 'Wo', domain: {kind: open, budget: 5}}
metrics:
  placed:
    type: counter
    help: *help
    labels: [city]  # 🎉
"""


def parsed(text: str, parser: type = PARSER) -> SourceFile:
    diagnostics = Diagnostics()
    source = parse(text, "orders.yaml", diagnostics, parser)
    assert source is not None, list(diagnostics)
    return source


def under(text: str, span: Span) -> str:
    """Return the text that a span covers."""
    lines = text.splitlines()
    assert span.line == span.end_line
    return lines[span.line - 1][span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_spans_cover_keys_and_values(parser: type, line_end: str) -> None:
    text = TEXT.replace("\n", line_end)
    source = parsed(text, parser)
    assert under(text, source.key("component", "owner")) == "owner"
    assert under(text, source.value("component", "owner")) == '"x"'
    assert under(text, source.value("component", "title")) == '"Été 🎉 — naïve"'
    assert under(text, source.key("metrics", "placed")) == "placed"
    assert under(text, source.value("metrics", "placed", "labels", 0)) == "city"
    assert under(text, source.value("labels", "city", "domain", "budget")) == "5"


@pytest.mark.parametrize("parser", PARSERS)
def test_an_alias_has_the_position_of_its_use(parser: type) -> None:
    source = parsed(TEXT, parser)
    assert under(TEXT, source.value("metrics", "placed", "help")) == "*help"
    assert source.find("metrics", "placed", "help").data == "Wo"


@pytest.mark.parametrize("parser", PARSERS)
def test_a_block_mapping_ends_with_its_last_value(parser: type) -> None:
    text = "catalog:\n  title: a\n\n# comment\n\nlabels: {}\n"
    span = parsed(text, parser).value("catalog")
    assert (span.line, span.column, span.end_line, span.end_column) == (2, 3, 2, 11)


def test_a_byte_order_mark_does_not_count_as_a_column(tmp_path: Path) -> None:
    files = {**with_metrics("  a: {type: gauge, help: x}\n"), "z.yaml": b"\xef\xbb\xbflabel: 3\n"}
    assert compiled(tmp_path, files).only.span == Span("catalog/z.yaml", 1, 1, 1, 6)


@pytest.mark.parametrize(("broken", "column"), [("é\xff", 11), ("🎉\xff", 11), ("e\u0301\xff", 12)])
def test_the_first_byte_that_is_not_utf_8_is_found(
    tmp_path: Path, broken: str, column: int
) -> None:
    data = b"a: b\r\n  title: " + broken[:-1].encode() + b"\xff\n"
    files = {**with_metrics("  a: {type: gauge, help: x}\n"), "z.yaml": data}
    found = compiled(tmp_path, files).only
    assert found.code.id == "TP004"
    assert (found.span.line, found.span.column) == (2, column)


def test_an_error_behind_two_aliases_is_reported_once_at_its_source(tmp_path: Path) -> None:
    metrics = (
        "  a: {type: gauge, help: x, labels: &labels [nope]}\n"
        "  b: {type: gauge, help: x, labels: *labels}\n"
        "  c: {type: gauge, help: x, labels: *labels}\n"
    )
    found = compiled(tmp_path, with_metrics(metrics)).only
    assert (found.code.id, found.span.line, found.span.column) == ("TP203", 3, 46)


def test_every_entry_of_the_catalog_has_positions_of_its_fields(tmp_path: Path) -> None:
    orders = (
        "component: {name: orders, title: Orders}\n"
        "labels: {city: {help: Where., domain: {kind: open, budget: 5}}}\n"
        "metrics:\n"
        "  wait: {type: histogram, help: Time., unit: seconds, labels: [city], dashboard: {\n"
        "    thresholds: [{value: 1, level: warning}], queries: [{name: A, expr: '1'}]}}\n"
    )
    catalog = compiled(tmp_path, {"catalog.yaml": HEADER, "orders.yaml": orders}).whole
    metric = next(catalog.metrics())
    (label,) = metric.labels
    component = catalog.components[0]
    (query,) = metric.dashboard.queries
    spans = {
        "Time.": metric.where("help"),
        "seconds": metric.where("unit"),
        "city": metric.label_span(label),
        "1": metric.where("dashboard", "thresholds", 0, "value"),
        "warning": metric.dashboard.where("thresholds", 0, "level"),
        "'1'": query.where("expr"),
        "Where.": label.where("help"),
        "5": label.where("domain", "budget"),
        "Orders": component.where("title"),
        "wait": metric.where("owner"),  # not in the file, so the span of the key
    }
    for text, span in spans.items():
        assert under(orders, span) == text
    assert under(HEADER, catalog.where("namespace")) == "shop"


def test_both_parsers_have_the_same_result() -> None:
    def everything(source: SourceFile) -> list[object]:
        paths = itertools.chain(
            [("component",), ("labels",), ("metrics",), ("metrics", "placed", "labels")],
            [("component", key) for key in ("name", "title", "owner")],
            [("labels", "city", "domain", "kind"), ("metrics", "placed", "help")],
        )
        return [source.root.data, *((source.key(*p), source.value(*p)) for p in paths)]

    assert everything(parsed(TEXT)) == everything(parsed(TEXT, PythonLoader))

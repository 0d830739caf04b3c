"""The PromQL in the queries of Grafana's variables."""

from __future__ import annotations

import json

import pytest

from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.sources.document import DocumentValue
from typedprom_codegen.sources.json_text import JsonDocument
from typedprom_codegen.sources.variable_queries import is_function, promql_of_variable


def value_of(text: str) -> DocumentValue:
    document = JsonDocument("d.json", json.dumps(text))
    return DocumentValue(document, (), document.data)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("label_values(up, job)", "group by (job) (up)"),
        (" label_values(up,job) ", "group by (job) (up)"),
        ('label_values(up{a="b, c)"}, job)', 'group by (job) (up{a="b, c)"})'),
        ("label_values([[metric]], $label)", "group by ($label) ([[metric]])"),
        ("label_values(up, ${label:raw})", "group by (${label:raw}) (up)"),
        ('label_values(up, "http.route")', 'group by ("http.route") (up)'),
        ("label_values(job)", None),
        ("label_values(up{a, })", "up{a, }"),  # whose fault is reported
        ("label_names()", None),
        ("label_names(up)", None),
        ("metrics(node_.*)", "{__name__=~`.*(?:node_.*).*`}"),
        ("metrics(`)", None),
        ("query_result(topk(3, up))", "topk(3, up)"),
        ("query_result(\n  up\n)", "\n  up\n"),
        ('up{job="a"}', 'up{job="a"}'),
        ("", None),
        ("  ", None),
    ],
)
def test_what_a_variable_asks(text: str, query: str | None) -> None:
    found = promql_of_variable(value_of(text))
    assert (found and found.text) == query


@pytest.mark.parametrize("text", ["SELECT host FROM hosts", "up", "*", "label_values()", ""])
def test_what_only_a_known_prometheus_makes_a_query(text: str) -> None:
    assert not is_function(text)


def test_each_part_stands_where_it_was_copied_from() -> None:
    text = 'label_values(up{a="b"}, job)'
    found = promql_of_variable(value_of(text))
    assert found is not None
    for part in ("up", 'a="b"', "job"):
        at = found.text.rindex(part)
        span = found.place.span(Extent(at, at + len(part)))
        written = json.dumps(text)
        assert json.loads(f'"{written[span.column - 1 : span.end_column - 1]}"') == part
    between = found.place.span(Extent(0, 9))  # `group by `
    assert (between.column, between.end_column) == (1, len(json.dumps(text)) + 1)


def test_many_variables_in_a_label_take_linear_time() -> None:
    value = value_of("label_values(up, " + "$a" * 100_000 + "!)")
    assert promql_of_variable(value) is not None

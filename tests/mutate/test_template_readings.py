"""What templates of alerts read: so much that no test which sees a rule is left out."""

from __future__ import annotations

import pytest

from typedprom_codegen.mutate.readings import Readings
from typedprom_codegen.mutate.template_readings import template_readings
from typedprom_codegen.sources.document import DocumentValue
from typedprom_codegen.sources.json_text import JsonDocument


def read(template: str) -> Readings:
    document = JsonDocument("a.json", "{}")
    value = DocumentValue(document, (), template)
    return Readings(frozenset()).and_all(template_readings(value))


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ('{{ query "a:b" | first | value }}', "a:b"),
        ('{{ "sum(x)" | query | first | value }}', "x"),
        ('{{ with printf "x{instance=%q}" .Labels.instance | query }}{{ . }}{{ end }}', "x"),
        ("{{ with printf `x{instance=\"%s\"}[%s]` $a $b | query }}{{ . }}{{ end }}", "x"),
        ('{{ range query "ALERTS" }}{{ . }}{{ end }}', "ALERTS"),
    ],
)  # fmt: skip
def test_names_in_a_query_are_read(template: str, name: str) -> None:
    assert name in read(template).keys
    assert not read(template).everything


@pytest.mark.parametrize(
    "template",
    [
        "{{ query .Labels.expr }}",
        '{{ $q := printf "%s" $labels.x }}{{ range query $q }}{{ end }}',
        '{{ printf "%s_total" $labels.x | query }}',
        '{{ printf "sum(%s)" $labels.x | query }}',
        '{{ query "{__name__=~\\"a.*\\"}" }}',
    ],
)
def test_what_cannot_be_known_reads_everything(template: str) -> None:
    assert read(template).everything


@pytest.mark.parametrize(
    "template",
    [
        "A slow query on {{ $labels.instance }}",
        "{{ $labels.query }} is slow",
        "{{ .Labels.query }} is slow",
        '{{ printf "%.2f" $value }} of the queries',
    ],
)
def test_the_word_alone_is_no_query(template: str) -> None:
    assert read(template) == Readings(frozenset())

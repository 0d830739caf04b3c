"""Text of the catalog in annotations: data, but for references to labels and the value."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.support.promtool_values import promtool
from tools.servers import Build
from typedprom_codegen.alerting.templates import literal, template

KEPT = [
    "{{ $value }}",
    "{{$value}}",
    "{{ $labels.source_id }}",
    "{{ $value | humanizeDuration }}",
    '{{ $value | printf "%.2f" }}',
    "{{ $labels.a | title | urlquery }}",
]
SHOWN = [
    "{{ end }}",
    "{{ define }}",
    "{{ query `up` }}",
    "{{ $value | query }}",
    "{{ .Labels.a }}",
    "{{ $externalLabels.a }}",
    "{{/* a comment */}}",
    "{{- $value -}}",
    '{{ $value | printf "%s%n" }}',
    "{{",
    "{{{ $value }}",
    "{{{{ a }}}}",
]


@pytest.mark.parametrize("text", KEPT)
def test_a_reference_is_replaced(text: str) -> None:
    assert template(f"before {text} after") == f"before {text} after"


@pytest.mark.parametrize("text", SHOWN)
def test_everything_else_is_text(text: str) -> None:
    assert template(text) == literal(text)


@given(st.text("{} $value|\"`'\\\n", max_size=20))
def test_braces_of_a_text_are_in_strings_of_the_template(text: str) -> None:
    shown = '{{ "{{" }}'
    assert "{{" not in literal(text).replace(shown, "")
    assert literal(text).replace(shown, "{{") == text


@pytest.mark.parametrize("build", Build)
def test_prometheus_shows_what_is_written(build: Build, tmp_path: Path) -> None:
    texts = [*SHOWN, "a\nb", "<b>&amp;", "€ ü \u2028", "`'\"\\"]
    alert = {
        "alert": "A",
        "expr": "x > 1",
        "annotations": {f"t{place}": template(text) for place, text in enumerate(texts)}
        | {"value": template("{{ $value }} of {{ $labels.a | urlquery }} {{ x }}")},
    }
    expected = {f"t{place}": text for place, text in enumerate(texts)}
    fires = {
        "exp_labels": {"a": "b c"},
        "exp_annotations": {**expected, "value": "2 of b+c {{ x }}"},
    }
    test = {
        "rule_files": ["rules.yml"],
        "tests": [
            {
                "input_series": [{"series": 'x{a="b c"}', "values": "2"}],
                "alert_rule_test": [{"eval_time": "0m", "alertname": "A", "exp_alerts": [fires]}],
            }
        ],
    }
    rules = {"groups": [{"name": "g", "rules": [alert]}]}
    (tmp_path / "rules.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    (tmp_path / "test.yml").write_text(yaml.safe_dump(test), encoding="utf-8")
    done = subprocess.run(
        [promtool(build), "test", "rules", tmp_path / "test.yml"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

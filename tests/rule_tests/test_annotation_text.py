"""Texts of alerts are what Prometheus makes of the same templates."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.promtool_values import promtool
from tools.servers import Build
from typedprom_codegen.rule_tests.annotation_text import UnknownActionError, expanded
from typedprom_codegen.yaml_writer import YamlData, to_yaml

LABELS = {"source": "a b/ü {{ $value }} & %"}
REPLACEMENT = LABELS["source"].replace("$", "$$")  # what `label_replace` reads as that
TEMPLATES = (
    "plain } }} { text",
    "{{ $labels.source }} and {{ $labels.missing }}.",
    "{{ $value }}",
    "{{$value|humanize}}",
    "{{ $value | humanize1024 }}B",
    "{{ $value | humanizeDuration }}",
    "{{ $value | humanizePercentage }}",
    '{{ $value | printf "%.2f" }}',
    '{{ "{{" }} shown }} {{ `{{` }}',
    "{{ $labels.source | urlquery }}",
    "{{ $labels.source | toUpper }} {{ $labels.source | toLower }}",
)
VALUES = (
    *("0", "1", "-1", "3", "0.5", "12.345678", "999.9", "999.96", "1000", "1024", "1536", "123456"),
    *("0.001", "0.00012345", "-0.25", "0.9999", "59.99", "60", "3600", "93784", "1048576", "7e9"),
    *("1e15", "1.5e-7", "123456789012345680", "0.1", "33.333333333333336"),
)


@pytest.mark.parametrize("build", Build)
def test_texts_are_those_of_prometheus(build: Build, tmp_path: Path) -> None:
    annotations = {f"text{number}": text for number, text in enumerate(TEMPLATES)}
    rules: list[YamlData] = [
        {
            "alert": f"Alert{number}",
            "expr": f'label_replace(vector({value}), "source", "{REPLACEMENT}", "", "")',
            "annotations": annotations,
        }
        for number, value in enumerate(VALUES)
    ]
    checks: list[YamlData] = [
        {
            "alertname": f"Alert{number}",
            "eval_time": "0s",
            "exp_alerts": [
                {
                    "exp_labels": LABELS,
                    "exp_annotations": {
                        name: expanded(text, LABELS, float(value))
                        for name, text in annotations.items()
                    },
                }
            ],
        }
        for number, value in enumerate(VALUES)
    ]
    (tmp_path / "rules.yml").write_text(to_yaml({"groups": [{"name": "all", "rules": rules}]}))
    (tmp_path / "tests.yml").write_text(
        to_yaml({"rule_files": ["rules.yml"], "tests": [{"alert_rule_test": checks}]})
    )
    done = subprocess.run(
        [promtool(build), "test", "rules", tmp_path / "tests.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


@pytest.mark.parametrize(
    "text",
    ["{{ $externalURL }}", "{{ if $value }}x{{ end }}", "{{ $value | nothing }}", "{{- $value }}"],
)
def test_other_actions_are_unknown(text: str) -> None:
    with pytest.raises(UnknownActionError):
        expanded(text, LABELS, 1)


def test_a_value_that_is_not_known_is_not_guessed() -> None:
    assert expanded("{{ $labels.source }}", {"source": "a"}, None) == "a"
    with pytest.raises(UnknownActionError):
        expanded("{{ $value }}", {}, None)

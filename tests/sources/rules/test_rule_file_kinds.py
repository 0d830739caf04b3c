"""Which files are rule files: by their content, whatever their suffix."""

from __future__ import annotations

from pathlib import Path

import pytest

from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.rule_files import queries_of_rules

RULES = "groups: [{name: a, rules: [{record: up:sum, expr: sum(up)}]}]"


def _read(folder: Path, name: str, text: str) -> tuple[list[str], list[str]]:
    """The queries of a file, and the codes of what is reported."""
    path = folder / name
    path.write_text(text)
    found = Diagnostics()
    queries = queries_of_rules([FoundFile(name, path)], found).queries
    return [query.text for query in queries], [one.code.id for one in found]


@pytest.mark.parametrize(
    "text", ["", "null\n", "# nothing yet\n", "groups:\n", "groups: []\n", "{}\n"]
)
def test_a_file_without_groups_is_a_rule_file(tmp_path: Path, text: str) -> None:
    assert _read(tmp_path, "rules.yaml", text) == ([], [])


def test_what_else_sets_grafana_up_can_lie_beside_its_alerts(tmp_path: Path) -> None:
    assert _read(tmp_path, "contacts.yaml", "apiVersion: 1\ncontactPoints: []\n") == ([], [])


@pytest.mark.parametrize("name", ["shop.rules", "rules.yaml", "rules"])
def test_yaml_is_read_whatever_the_suffix(tmp_path: Path, name: str) -> None:
    assert _read(tmp_path, name, RULES) == (["sum(up)"], [])


def test_json_is_read_without_its_suffix(tmp_path: Path) -> None:
    text = '{"groups": [{"name": "a", "rules": [{"record": "up:sum", "expr": "sum(up)"}]}]}'
    assert _read(tmp_path, "shop.rules", text) == (["sum(up)"], [])


@pytest.mark.parametrize(
    "expr",
    [
        "up == {{ .Values.least }}",
        "{{ .Values.metric | quote }}",
        """'up{job="{{ $.Release.Name }}"} == 0'""",
        "up{{- if .Values.jobs }} == 0 {{- end }}",
        """'up{job="{{ include "name" . }}"}'""",
    ],
)
def test_a_template_of_helm_is_one_finding(tmp_path: Path, expr: str) -> None:
    text = f"groups: [{{name: a, rules: []}}]\nmore:\n  - expr: {expr}\n    for: {{{{ x }}}}\n"
    assert _read(tmp_path, "rules.yaml", text) == ([], ["TP542"])


@pytest.mark.parametrize("more", ["# {{ .Values.x }}", "x: '{{ $labels.Values }} {{ .Value }}'"])
def test_other_templates_are_none_of_helm(tmp_path: Path, more: str) -> None:
    assert _read(tmp_path, "rules.yaml", f"{RULES}\n".replace("}]}]", f"}}]}}]\n{more}")) == (
        ["sum(up)"],
        [],
    )


@pytest.mark.parametrize("text", ["panels: []\n", "- 1\n", "rules\n"])
def test_a_file_of_something_else_is_reported(tmp_path: Path, text: str) -> None:
    assert _read(tmp_path, "rules.yaml", text) == ([], ["TP531"])


@pytest.mark.parametrize(
    ("first", "second", "codes"),
    [
        ("up > 1", "up > 2", ["TP533"]),
        ('sum(up{job="a"})', 'sum(up{job="b"})', []),  # the series of both can differ
        ("sum(up)", "sum(scrape_duration_seconds)", []),
    ],
)
def test_rules_are_the_same_if_they_select_the_same(
    tmp_path: Path, first: str, second: str, codes: list[str]
) -> None:
    rules = "".join(f"    - {{record: 'a:b', expr: '{expr}'}}\n" for expr in (first, second))
    assert _read(tmp_path, "a.yaml", f"groups:\n  - name: a\n    rules:\n{rules}")[1] == codes

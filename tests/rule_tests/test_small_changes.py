"""A small change of an alert's rules makes its generated tests fail."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.rule_tests.tested_catalogs import failing, generated
from tests.rule_tests.wiki_catalog import WIKI

Change = tuple[str, str, str]
"""A field of a rule, a text in it, and another text."""

LIMITS: dict[str, Change] = {
    "WikiFailing": ("expr", "> 0", "> 1"),
    "WikiShare": ("expr", "> 0.2", "> 0.22"),
    "WikiBehind": ("expr", "> 0.5", "> 0.55"),
    "WikiStopped": ("expr", "== 0", "== 1"),
    "WikiIdle": ("expr", ">= 5", ">= 6"),
    "WikiFewerEdits": ("expr", "< 0.5", "< 0.45"),
    "WikiSlow": ("expr", "> 5", "> 6"),
    "WikiGone": ("expr", "[1h]", "[2h]"),
    "WikiProgramLate": ("expr", "> 8100", "> 8910"),
    "WikiProgramNeverRan": ("expr", "[7d]", "[14d]"),
}
"""Numbers that are a tenth larger, windows twice as long."""

LABELS: dict[str, Change] = {
    "WikiFailing": ("expr", "index|mail", "index"),
    "WikiShare": ("expr", "timeout|dns|full", "timeout|full"),
    "WikiStopped": ("expr", "unless on () (up", "and on () (up"),
    "WikiIdle": ("expr", "unless", "and"),
    "WikiFewerEdits": ("expr", "or label_replace", "unless label_replace"),
    "WikiSlow": ("expr", "0.9,", "0.99,"),
    "WikiProgramLate": ("expr", '{program="index"}', ""),
    "WikiProgramNeverRan": ("expr", '="index"', '="settle"'),
}
"""Values, and operators, that make others count."""

TIMES: dict[str, Change] = {
    "WikiBehind": ("for", "2m", "1m"),
    "WikiShare": ("keep_firing_for", "15m", "30m"),
    "WikiStopped": ("expr", "offset 1d", "offset 12h"),
    "WikiIdle": ("for", "5m", "10m"),
    "WikiFewerEdits": ("keep_firing_for", "15m", "450s"),
    "WikiSlow": ("keep_firing_for", "10m", "5m"),
    "WikiGone": ("for", "2m", "1m"),
    "WikiProgramLate": ("for", "5m", "150s"),
    "WikiProgramNeverRan": ("for", "2h15m", "4h30m"),
}
"""Twice as long and half as long."""


def test_the_rules_as_they_are_pass(tmp_path: Path) -> None:
    generated(WIKI, tmp_path)
    assert failing(tmp_path, tests="*.test.yml") == []


@pytest.mark.parametrize(
    "changes", [LIMITS, LABELS, TIMES], ids=["limits", "labels and operators", "times"]
)
def test_a_small_change_fails_the_tests_of_its_alert(
    changes: dict[str, Change], tmp_path: Path
) -> None:
    generated(WIKI, tmp_path)
    for alert, change in changes.items():
        _change(tmp_path / "rules" / "pages.yml", alert, change)
    found = {path.name.split(".")[0] for path in failing(tmp_path, tests="Wiki*.test.yml")}
    assert found == changes.keys()


COUNT = "all:wiki_pages_beats:increase6h"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sum(", "max("),
        ("floor(", "ceil("),
        ("resets(wiki_pages_beats_total[6h])", "resets(wiki_pages_beats_total[3h])"),
        ("increase(wiki_pages_beats_total[6h])", "increase(wiki_pages_beats_total[3h])"),
        ("and on () wiki:watched:since4h30m offset 6h", "and on () wiki:watched:since4h30m"),
        ("unreachable:for4h30m offset 6h", "unreachable:for4h30m offset 12h"),
    ],
)
def test_a_small_change_of_a_count_fails_its_tests(before: str, after: str, tmp_path: Path) -> None:
    generated(WIKI, tmp_path)
    _change(tmp_path / "rules" / "pages.yml", COUNT, ("expr", before, after))
    assert failing(tmp_path, tests="pages*.test.yml")


def _change(path: Path, name: str, change: Change) -> None:
    """Change a field of the rules with a name."""
    field, before, after = change
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    rules = [rule for group in document["groups"] for rule in group["rules"]]
    changed = [
        rule
        for rule in rules
        if name in (rule.get("alert"), rule.get("record")) and before in rule.get(field, "")
    ]
    assert changed
    for rule in changed:
        rule[field] = rule[field].replace(before, after)
    path.write_text(yaml.safe_dump(document), encoding="utf-8")

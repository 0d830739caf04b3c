"""Groups of rules as the data of a rule file, for all targets that write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.alerting.rule_model import AlertingRule, RecordingRule, Rule, RuleGroup
from typedprom_codegen.promql.line_breaks import in_lines
from typedprom_codegen.promql.nodes.number import duration
from typedprom_codegen.yaml_writer import Commented, YamlData

QUERY_WIDTH: Final = 100
_COUNT: Final = (
    "How often it was counted within the window, the first event of a new series included, which "
    "increase() alone does not see. Sums of these counts are exact; shares are computed from them."
)
_OTHERS: Final = {
    ":watched:": (
        "1 where a series that is missing is known to be new: this Prometheus stored samples when "
        "the look-back began, and the gateway, if there is one, was not down then."
    ),
    ":unreachable:": "The targets that were down for the whole look-back.",
    "_late:bool": "1 while a program is late by its schedule, else 0.",
    "_bad:increase": "The events within the window that break an objective.",
    "_all:increase": "All events within the window that an objective is about.",
}
"""What a derived record is, by a part of its name; any other is a count."""


def group_data(group: RuleGroup) -> dict[str, YamlData]:
    """A group, its rules with comments that say what is recorded."""
    rules = list(_commented(group))
    return {"name": group.name, "interval": duration(group.interval), "rules": rules}


def _commented(group: RuleGroup) -> Iterator[YamlData]:
    """The rules; the first of a kind has a comment."""
    said: set[str] = set()
    for rule in group.rules:
        comment = _comment(rule)
        if comment and comment not in said:
            said.add(comment)
            yield Commented(comment, _rule_data(rule))
        else:
            yield _rule_data(rule)


def _comment(rule: Rule) -> str:
    if isinstance(rule, AlertingRule):
        return ""
    if rule.source is not None:
        return rule.source.help
    return next((text for part, text in _OTHERS.items() if part in rule.name), _COUNT)


def _rule_data(rule: Rule) -> dict[str, YamlData]:
    if isinstance(rule, RecordingRule):
        data: dict[str, YamlData] = {"record": rule.name, "expr": in_lines(rule.expr, QUERY_WIDTH)}
        return {**data, "labels": dict(rule.labels)} if rule.labels else data
    data = {"alert": rule.name, "expr": in_lines(rule.expr, QUERY_WIDTH)}
    if rule.hold:
        data["for"] = duration(rule.hold)
    if rule.keep:
        data["keep_firing_for"] = duration(rule.keep)
    return {**data, "labels": dict(rule.labels), "annotations": dict(rule.annotations)}

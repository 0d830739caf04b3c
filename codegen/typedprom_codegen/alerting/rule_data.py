"""Groups of rules as the data of a rule file, for all targets that write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.alerting.rule_model import AlertingRule, RecordingRule, Rule, RuleGroup
from typedprom_codegen.promql.line_breaks import in_lines
from typedprom_codegen.yaml_writer import Commented, YamlData

QUERY_WIDTH: Final = 88
WATCHED: Final = ":watched:"
"""What the name of the marker has, and no count."""

_MARKER: Final = (
    "1 where a series that is missing is known to be new: this Prometheus has stored samples since "
    "the look-back began, and the gateway was not down all that time."
)
_COUNT: Final = (
    "How often it was counted within the window, the first event of a new series included, which "
    "increase() alone does not see. Sums of these counts are exact; shares are computed from them."
)


def group_data(group: RuleGroup) -> dict[str, YamlData]:
    """A group, its rules with comments that say what is recorded."""
    rules = list(_commented(group))
    return {"name": group.name, "interval": seconds_text(group.interval), "rules": rules}


def seconds_text(seconds: int) -> str:
    """A duration as Prometheus writes it: `1h30m`; `0s` for none."""
    parts: list[str] = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        parts += [f"{count}{unit}"] if count else []
    return "".join(parts) or "0s"


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
    return _MARKER if WATCHED in rule.name else _COUNT


def _rule_data(rule: Rule) -> dict[str, YamlData]:
    if isinstance(rule, RecordingRule):
        data: dict[str, YamlData] = {"record": rule.name, "expr": in_lines(rule.expr, QUERY_WIDTH)}
        return {**data, "labels": dict(rule.labels)} if rule.labels else data
    data = {"alert": rule.name, "expr": in_lines(rule.expr, QUERY_WIDTH)}
    if rule.hold:
        data["for"] = seconds_text(rule.hold)
    if rule.keep:
        data["keep_firing_for"] = seconds_text(rule.keep)
    return {**data, "labels": dict(rule.labels), "annotations": dict(rule.annotations)}

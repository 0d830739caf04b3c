"""What pages are about: alerts and objectives, with their rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from typedprom_codegen.alerting.rule_model import AlertingRule, CompiledCatalog, RuleGroup
from typedprom_codegen.ir import Alert, Slo

SUFFIX = ".md"


@dataclass(frozen=True, slots=True)
class RuleInGroup:
    """A rule, and how often it is evaluated."""

    rule: AlertingRule
    interval: int  # seconds


@dataclass(frozen=True, slots=True)
class Subject:
    """An alert or an objective. Its rules have one name, which is that of the page."""

    source: Alert | Slo
    rules: tuple[RuleInGroup, ...]

    @property
    def name(self) -> str:
        """The name of its alerts."""
        return self.source.name

    @property
    def file(self) -> str:
        """The name of its page."""
        return self.name + SUFFIX

    @property
    def severities(self) -> tuple[str, ...]:
        """The severities of its rules, in their order."""
        return tuple(dict.fromkeys(each.rule.severity for each in self.rules))

    @property
    def summary(self) -> str:
        """What its first notification says: a Go template."""
        return dict(self.rules[0].rule.annotations).get("summary", "")


def subjects(compiled: CompiledCatalog) -> tuple[Subject, ...]:
    """The subjects of a catalog, in the order of its rules."""
    by_name: dict[str, list[RuleInGroup]] = {}
    for each in _rules(compiled):
        by_name.setdefault(each.rule.name, []).append(each)
    return tuple(Subject(rules[0].rule.source, tuple(rules)) for rules in by_name.values())


def _rules(compiled: CompiledCatalog) -> Iterator[RuleInGroup]:
    for file in compiled.files:
        for group in file.groups:
            yield from _alerting(group)


def _alerting(group: RuleGroup) -> Iterator[RuleInGroup]:
    for rule in group.rules:
        if isinstance(rule, AlertingRule):
            yield RuleInGroup(rule, group.interval)


def labels_of(source: Alert | Slo) -> tuple[str, ...]:
    """The labels that tell its instances apart."""
    return source.by if isinstance(source, Alert) else ()

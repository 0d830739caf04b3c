"""What is wrong with rules beyond their queries: objectives without alerts, names taken twice."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.alerting.rule_model import (
    AlertingRule,
    CompiledCatalog,
    RecordingRule,
    Rule,
)
from typedprom_codegen.codes.alerts import BAD_RECORD, NOTHING_TO_DO, UNALARMED_OBJECTIVE
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import Alert, Slo
from typedprom_codegen.promql.nodes.number import duration


def check_compiled(compiled: CompiledCatalog) -> Iterator[Diagnostic]:
    """The diagnostics about these rules."""
    found = [rule for file in compiled.files for group in file.groups for rule in group.rules]
    watched = {id(rule.source) for rule in found if isinstance(rule, AlertingRule)}
    for slo in compiled.catalog.slos:
        if id(slo) not in watched:
            yield _unalarmed(slo, compiled)
        elif not slo.runbook.do and slo in _urgent(found, compiled):
            yield _nothing_to_do(slo, compiled)
    yield from _taken(found)


def _urgent(rules: list[Rule], compiled: CompiledCatalog) -> list[Alert | Slo]:
    """What has alerts of the most urgent severity."""
    label = ("severity", compiled.catalog.severities[0].name)
    return [
        each.source for each in rules if isinstance(each, AlertingRule) and label in each.labels
    ]


def _nothing_to_do(slo: Slo, compiled: CompiledCatalog) -> Diagnostic:
    severity = compiled.catalog.severities[0].name
    return Diagnostic(
        NOTHING_TO_DO,
        f"SLO `{slo.key}` has alerts of the severity `{severity}`, but does not say what to do",
        slo.span,
        "add `do:` with the first steps to take",
    )


def _unalarmed(slo: Slo, compiled: CompiledCatalog) -> Diagnostic:
    reasons = [
        f"{duration(pair.long)} and {duration(pair.short)}: {pair.reason}"
        for pair in compiled.dropped
        if pair.slo is slo
    ]
    return Diagnostic(
        UNALARMED_OBJECTIVE,
        f"SLO `{slo.key}` would never alert, because no pair of burn-rate windows fits it "
        f"({'; '.join(reasons)})",
        slo.where("objective"),
        "write an alert of the form `ratio` over two schedules, or a higher objective; "
        "`scheduled: false` says that a component is a service, which schedules do not concern",
    )


def _taken(rules: list[Rule]) -> Iterator[Diagnostic]:
    """Declared records whose names derived ones have."""
    records = [rule for rule in rules if isinstance(rule, RecordingRule)]
    derived = {rule.name for rule in records if rule.source is None}
    for rule in records:
        if rule.source is not None and rule.name in derived:
            yield Diagnostic(
                BAD_RECORD,
                f"record `{rule.name}` has the name of one that alerts or objectives make",
                rule.source.span,
                "rename it, or remove it and use the other",
            )

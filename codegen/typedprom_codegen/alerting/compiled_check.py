"""What is wrong with rules beyond their queries: objectives without alerts, names taken twice."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.alerting.rule_model import CompiledCatalog, RecordingRule
from typedprom_codegen.codes.alerts import BAD_RECORD, NOTHING_TO_DO, UNALARMED_OBJECTIVE
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import Slo
from typedprom_codegen.message_parts import listed
from typedprom_codegen.promql.nodes.number import duration


def check_compiled(compiled: CompiledCatalog) -> Iterator[Diagnostic]:
    """The diagnostics about these rules."""
    urgent = compiled.catalog.severities[0].name
    for slo in compiled.catalog.slos:
        severities = [rule.severity for rule in compiled.alerting_rules() if rule.source is slo]
        if not severities:
            yield _unalarmed(slo, compiled)
        elif urgent in severities and not slo.runbook.do:
            yield _nothing_to_do(slo, urgent)
    yield from _taken([rule for rule in compiled.rules() if isinstance(rule, RecordingRule)])


def _nothing_to_do(slo: Slo, severity: str) -> Diagnostic:
    return Diagnostic(
        NOTHING_TO_DO,
        f"{slo.called} has alerts of the severity `{severity}`, but does not say what to do",
        slo.span,
        "add `do:` with the first steps to take",
    )


def notes_on_pairs(compiled: CompiledCatalog) -> Iterator[str]:
    """A line for each objective that some pairs of windows do not fit."""
    for slo in compiled.catalog.slos:
        if windows := [duration(pair.long) for pair in compiled.dropped if pair.slo is slo]:
            what = f"{slo.called} is not watched within {listed(windows)}"
            yield f"{slo.span}: note: {what}; its runbook says why"


def _reasons(slo: Slo, compiled: CompiledCatalog) -> str:
    """Why pairs of windows do not fit an objective; empty if all do."""
    return "; ".join(
        f"{duration(pair.long)} and {duration(pair.short)}: {pair.reason}"
        for pair in compiled.dropped
        if pair.slo is slo
    )


def _unalarmed(slo: Slo, compiled: CompiledCatalog) -> Diagnostic:
    return Diagnostic(
        UNALARMED_OBJECTIVE,
        f"{slo.called} would never alert, because no pair of burn-rate windows fits it "
        f"({_reasons(slo, compiled)})",
        slo.where("objective"),
        "write an alert of the form `ratio` over two schedules, or a higher objective; "
        "`scheduled: false` says that a component is a service, which schedules do not concern",
    )


def _taken(records: list[RecordingRule]) -> Iterator[Diagnostic]:
    """Declared records whose names derived ones have."""
    derived = {rule.name for rule in records if rule.source is None}
    for rule in records:
        if rule.source is not None and rule.name in derived:
            yield Diagnostic(
                BAD_RECORD,
                f"record `{rule.name}` has the name of one that alerts or objectives make",
                rule.source.span,
                "rename it, or remove it and use the other",
            )

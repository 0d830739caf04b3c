"""The queries of rules as the checker reads them, each at what the author wrote it with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from typedprom_codegen.alerting.rule_model import (
    AlertingRule,
    CompiledCatalog,
    RecordingRule,
    Rule,
    RuleGroup,
)
from typedprom_codegen.diagnostics import Span
from typedprom_codegen.ir import Alert, CatalogQuery, ExprForm, Slo
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.sources.source_query import (
    AlertRule,
    AlertText,
    RecordedMetric,
    SourceQuery,
    Use,
)

_LIMITS = ("above", "below", "than", "over", "after")
"""The fields that numbers of queries are from, the likeliest first."""


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """The place of what is made of an entry: the entry, whatever part it is."""

    entry: Span

    def span(self, extent: Extent) -> Span:
        """The span of the entry."""
        del extent
        return self.entry


def rule_queries(compiled: CompiledCatalog) -> Iterator[SourceQuery]:
    """The queries of all rules, in their order."""
    for file in compiled.files:
        for group in file.groups:
            used: Alert | Slo | None = None
            for rule in reversed(group.rules):  # a record is at the place of the alert that uses it
                used = rule.source if isinstance(rule, AlertingRule) else used
                yield _source(rule, used, compiled, group)


def _source(
    rule: Rule, used: Alert | Slo | None, compiled: CompiledCatalog, group: RuleGroup
) -> SourceQuery:
    if isinstance(rule, RecordingRule):
        return _recording(rule, used, compiled, group)
    written = _written(rule.source)
    return SourceQuery(
        text=written.expr if written else rule.expr,
        use=Use.ALERT,
        place=written.place if written else EntryPlace(_limit(rule.source)),
        subject="" if written else _subject(f"alert {rule.name}", rule),
        entry=rule.source.called if isinstance(rule.source, Alert) else None,
        interval=group.interval,
        alert=AlertRule(rule.name, rule.hold, tuple(_texts(rule))),
        is_generated=written is not None,
    )


def _recording(
    rule: RecordingRule, used: Alert | Slo | None, compiled: CompiledCatalog, group: RuleGroup
) -> SourceQuery:
    record = rule.source
    entry = used.span if used else compiled.catalog.span
    return SourceQuery(
        text=record.query.expr if record else rule.expr,
        use=Use.RECORD,
        place=record.query.place if record else EntryPlace(entry),
        subject="" if record else _subject(f"record {rule.name}", rule),
        entry=record.called if record else _used_by(used),
        interval=group.interval,
        record=RecordedMetric(rule.name, tuple(name for name, _ in rule.labels)),
        is_generated=record is not None,
    )


def _used_by(used: Alert | Slo | None) -> str | None:
    """The alert that a record was made for."""
    return used.called if isinstance(used, Alert) else None


def _written(source: Alert | Slo) -> CatalogQuery | None:
    """The query of an alert that its author wrote."""
    form = source.form if isinstance(source, Alert) else None
    return form.query if isinstance(form, ExprForm) else None


def _texts(rule: AlertingRule) -> Iterator[AlertText]:
    """Labels and annotations, which can have templates; each at its field, if it has one."""
    where = rule.source.where
    for name, text in rule.labels:
        yield AlertText(name, text, is_label=True, place=EntryPlace(where(name)))
    for name, text in rule.annotations:
        yield AlertText(name, text, is_label=False, place=EntryPlace(where(name)))


def _limit(source: Alert | Slo) -> Span:
    """Where the number is that a query compares with, else the key of the entry."""
    found = (source.where(field) for field in _LIMITS)
    return next((span for span in found if span != source.span), source.span)


def _subject(name: str, rule: Rule) -> str:
    """What a query belongs to, with the query, which its author does not see."""
    return f"{name}: {' '.join(rule.expr.split())}"

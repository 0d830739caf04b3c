"""When an alert fires, as tables of its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from typedprom_codegen import ir
from typedprom_codegen.alerting.burn_pairs import useful_pairs
from typedprom_codegen.alerting.forms.words import amount, percent
from typedprom_codegen.alerting.notation import quotient
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.emit.runbooks import markdown
from typedprom_codegen.emit.runbooks.page_subjects import RuleInGroup, Subject
from typedprom_codegen.promql.nodes.number import duration

_Row = tuple[str, str]


def sections(compiled: CompiledCatalog, subject: Subject) -> Iterator[str]:
    """A table for an alert, and two for an objective."""
    source = subject.source
    if isinstance(source, ir.Slo):
        yield _table(list(_of_objective(source)))
        yield _pairs(source, compiled)
        yield from _dropped(source, compiled)
    else:
        yield _table([*_of_form(source), *_of_rule(subject.rules[0])])


def _table(rows: Sequence[_Row]) -> str:
    return markdown.table(("what", "limit"), [(name, markdown.text(text)) for name, text in rows])


def _of_rule(first: RuleInGroup) -> Iterator[_Row]:
    if first.rule.hold:
        yield "true for", duration(first.rule.hold)
    if first.rule.keep:
        yield "keeps firing for", duration(first.rule.keep)
    yield "evaluated every", duration(first.interval)


def _of_form(alert: ir.Alert) -> Iterator[_Row]:
    form = alert.form
    match form:
        case ir.AnyForm():
            yield "events within " + duration(form.over), f"more than {_number(form.above)}"
        case ir.RatioForm():
            yield (
                "share that failed within " + duration(form.over),
                "more than " + percent(form.above),
            )
            yield "failures in that time", f"at least {form.least}"
        case ir.GaugeForm():
            side = "more than" if form.side is ir.Side.ABOVE else "less than"
            yield "value", f"{side} {amount(form.threshold, form.selected.metric)}"
        case ir.SilentForm():
            yield "events within " + duration(form.over), "none"
            if form.busy is not None:
                busy = markdown.code(form.busy.metric.name)
                yield f"events of {busy} meanwhile", f"at least {form.least}"
        case ir.FewerForm():
            yield "events within " + duration(form.over), _fewer(form)
            yield "events to compare with", f"at least {form.least}"
        case ir.QuantileForm():
            what = f"quantile {percent(form.at)} within {duration(form.over)}"
            yield what, "more than " + amount(form.threshold, form.selected.metric)
            yield "observations in that time", f"at least {form.least}"
        case ir.LateForm():
            yield from _late(form)
        case ir.NeverForm():
            yield "series of a scheduled program", "none"
        case ir.AbsentForm():
            yield "series within " + duration(form.over), "none"
        case ir.ExprForm():
            yield "a result of the query", "any"
        case _:
            assert_never(form)


def _fewer(form: ir.FewerForm) -> str:
    if form.before is not None:
        return f"less than {percent(form.than)} of those {duration(form.before)} before"
    return f"less than {percent(form.than)} of {', '.join(each.metric.name for each in form.of)}"


def _late(form: ir.LateForm) -> Iterator[_Row]:
    if form.after is not None:
        yield "time since", "more than " + duration(form.after)
    for schedule in form.schedules:
        name = f"time since the last run of {markdown.code(schedule.value)}"
        limit = duration(schedule.late_after)
        yield name, f"more than {limit}; it should run every {duration(schedule.every)}"


def _number(value: Decimal) -> str:
    return f"{value:f}"


def _of_objective(slo: ir.Slo) -> Iterator[_Row]:
    yield "objective", f"{percent(slo.objective)} of events within {duration(slo.window)}"
    yield "error budget", f"{percent(1 - slo.objective)} of events"


def _pairs(slo: ir.Slo, compiled: CompiledCatalog) -> str:
    """The pairs of windows that are watched."""
    severities = compiled.catalog.severities
    rows = [
        (
            severities[min(pair.urgency, len(severities) - 1)].name,
            duration(pair.long),
            duration(pair.short),
            f"{_percent_of(pair.limit(slo))}%",
        )
        for pair in useful_pairs(slo, compiled.catalog)
    ]
    header = ("severity", "within", "and still within", "bad events, more than")
    return markdown.table(header, rows)


def _percent_of(share: Fraction) -> str:
    percentage = share * 100
    return quotient(percentage) if percentage.denominator == 1 else f"{float(percentage):.3g}"


def _dropped(slo: ir.Slo, compiled: CompiledCatalog) -> Iterator[str]:
    lines = [
        f"- {duration(pair.long)} and {duration(pair.short)}: {markdown.text(pair.reason)}"
        for pair in compiled.dropped
        if pair.slo == slo
    ]
    if lines:
        yield "Pairs of windows that are not watched:"
        yield "\n".join(lines)

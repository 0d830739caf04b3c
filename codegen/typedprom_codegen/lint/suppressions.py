"""Applies the suppressions of metrics, and reports those that are unused or wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from typedprom_codegen.codes.lint_stage import STALE_SUPPRESSION
from typedprom_codegen.codes.references import UNKNOWN_SUPPRESSION
from typedprom_codegen.diagnostics import Code, Diagnostic, Severity
from typedprom_codegen.ir import Catalog, Metric, Suppression
from typedprom_codegen.lint.code_index import all_codes
from typedprom_codegen.lint.rules_in_use import every_rule
from typedprom_codegen.message_parts import did_you_mean, quoted


def apply_suppressions(
    catalog: Catalog, found: Iterable[Diagnostic], checked: AbstractSet[Code]
) -> list[Diagnostic]:
    """The diagnostics without suppressed warnings, with those about the suppressions themselves.

    `checked` are the codes whose rules ran: only their suppressions can be unused. In a catalog
    with errors none is, because a warning may appear once they are fixed.
    """
    suppressed = _suppressed(catalog)
    kept: list[Diagnostic] = []
    used: set[tuple[str | None, str]] = set()
    for diagnostic in found:
        target = (diagnostic.metric, diagnostic.code.id)
        if diagnostic.severity is Severity.WARNING and target in suppressed:
            used.add(target)
        else:
            kept.append(diagnostic)
    can_be_stale = {code.id for code in (*checked, STALE_SUPPRESSION) if catalog.is_valid}
    for metric in catalog.metrics():
        for suppression in metric.suppressions:
            if (metric.key, suppression.code) not in used:
                kept.extend(_problems(metric, suppression, can_be_stale))
    return kept


def not_suppressed(catalog: Catalog, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The diagnostics of files of others without what the catalog suppresses."""
    suppressed = _suppressed(catalog)
    for diagnostic in found:
        target = (diagnostic.metric, diagnostic.code.id)
        if diagnostic.severity is not Severity.WARNING or target not in suppressed:
            yield diagnostic


def _suppressed(catalog: Catalog) -> AbstractSet[tuple[str | None, str]]:
    """The metrics and the codes that are suppressed for them."""
    return {
        (metric.key, suppression.code)
        for metric in catalog.metrics()
        for suppression in metric.suppressions
    }


def _problems(
    metric: Metric, suppression: Suppression, can_be_stale: AbstractSet[str]
) -> Iterator[Diagnostic]:
    """What is wrong with a suppression that suppresses nothing."""
    code = all_codes().get(suppression.code)
    if code is None:
        warnings = [c.id for c in every_rule().codes if c.severity is Severity.WARNING]
        near = did_you_mean(suppression.code, warnings)
        yield Diagnostic(
            UNKNOWN_SUPPRESSION,
            f"the code {quoted(suppression.code)} does not exist{near}",
            suppression.where("code"),
            help="`typedprom explain` lists all codes; only warnings can be suppressed",
        )
    elif code.severity is not Severity.WARNING:
        yield Diagnostic(
            UNKNOWN_SUPPRESSION,
            f"`{code.id}` is an error and cannot be suppressed",
            suppression.where("code"),
            help="fix the error, or remove the suppression",
        )
    elif code.id in can_be_stale:
        yield Diagnostic(
            STALE_SUPPRESSION,
            f"metric `{metric.local_key}` suppresses `{code.id}`, which is not reported for it",
            suppression.where("code"),
            help="remove the suppression",
        )

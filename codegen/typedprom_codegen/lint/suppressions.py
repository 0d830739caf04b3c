"""Applies `suppress` of metrics, alerts and records, reports what is unused or wrong in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from typedprom_codegen.codes.lint_stage import STALE_SUPPRESSION
from typedprom_codegen.codes.references import UNKNOWN_SUPPRESSION
from typedprom_codegen.diagnostics import Code, Diagnostic, Severity
from typedprom_codegen.ir import Catalog, Suppression
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
    used: set[_Target] = set()
    for diagnostic in found:
        targets = _targets(diagnostic) & suppressed
        used |= targets
        if not targets:
            kept.append(diagnostic)
    can_be_stale = {code.id for code in (*checked, STALE_SUPPRESSION) if catalog.is_valid}
    for owner in _owners(catalog):
        for suppression in owner.suppressions:
            if (owner.key, suppression.code) not in used:
                kept.extend(_problems(owner.called, suppression, can_be_stale))
    return kept


def not_suppressed(catalog: Catalog, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The diagnostics of files of others without what the catalog suppresses."""
    suppressed = _suppressed(catalog)
    return (each for each in found if not _targets(each) & suppressed)


_Target = tuple[str, str]
"""What has a suppression, and the code that it suppresses."""


class _Owner(NamedTuple):
    """What can have suppressions."""

    key: str  # the key of a metric; what messages call an alert or a record
    called: str
    suppressions: Sequence[Suppression]


def _owners(catalog: Catalog) -> Iterator[_Owner]:
    for metric in catalog.metrics():
        yield _Owner(metric.key, f"metric `{metric.local_key}`", metric.suppressions)
    for alert in catalog.alerts:
        yield _Owner(alert.called, alert.called, alert.suppressions)
    for record in catalog.records:
        yield _Owner(record.called, record.called, record.suppressions)


def _suppressed(catalog: Catalog) -> AbstractSet[_Target]:
    return {
        (owner.key, suppression.code)
        for owner in _owners(catalog)
        for suppression in owner.suppressions
    }


def _targets(diagnostic: Diagnostic) -> set[_Target]:
    """What can suppress a diagnostic: nothing if it is an error."""
    if diagnostic.severity is not Severity.WARNING:
        return set()
    keys = (diagnostic.metric, diagnostic.entry)
    return {(key, diagnostic.code.id) for key in keys if key is not None}


def _problems(
    called: str, suppression: Suppression, can_be_stale: AbstractSet[str]
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
            f"{called} suppresses `{code.id}`, which is not reported for it",
            suppression.where("code"),
            help="remove the suppression",
        )

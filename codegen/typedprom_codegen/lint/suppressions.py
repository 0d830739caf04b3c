"""What metrics suppress: taken out of the findings here alone, and reported where it is stale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from typedprom_codegen.codes import all_codes
from typedprom_codegen.codes.lint import STALE_SUPPRESSION
from typedprom_codegen.codes.references import UNKNOWN_SUPPRESSION
from typedprom_codegen.diagnostics import Diagnostic, Severity, did_you_mean
from typedprom_codegen.ir import Catalog, Metric, Suppression
from typedprom_codegen.load.wording import quoted


def apply_suppressions(catalog: Catalog, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings without suppressed warnings, with those about the suppressions themselves."""
    suppressed = {
        (metric.key, suppression.code)
        for metric in catalog.metrics()
        for suppression in metric.suppressions
    }
    kept: list[Diagnostic] = []
    used: set[tuple[str | None, str]] = set()
    for diagnostic in found:
        subject = (diagnostic.metric, diagnostic.code.id)
        if diagnostic.severity is Severity.WARNING and subject in suppressed:
            used.add(subject)
        else:
            kept.append(diagnostic)
    vain = (diagnostic for metric in catalog.metrics() for diagnostic in _vain(metric, used))
    # In a catalog with errors a warning may only not be raised yet.
    kept.extend(d for d in vain if catalog.is_right or d.code is not STALE_SUPPRESSION)
    return kept


def _vain(metric: Metric, used: set[tuple[str | None, str]]) -> Iterator[Diagnostic]:
    for suppression in metric.suppressions:
        if (metric.key, suppression.code) in used:
            continue
        yield _about(metric, suppression)


def _about(metric: Metric, suppression: Suppression) -> Diagnostic:
    warnings = {code.id for code in all_codes().values() if code.severity is Severity.WARNING}
    if suppression.code in warnings:
        return Diagnostic(
            STALE_SUPPRESSION,
            f"metric `{metric.local_key}` suppresses `{suppression.code}`, "
            "which is not raised on it",
            suppression.span,
            help="remove the suppression",
        )
    if suppression.code in all_codes():
        message = f"`{suppression.code}` is an error and cannot be suppressed"
        help_ = "mend the error, or remove the suppression"
    else:
        near = did_you_mean(suppression.code, warnings)
        message = f"the code {quoted(suppression.code)} does not exist{near}"
        help_ = f"warnings are {', '.join(sorted(warnings))}"
    return Diagnostic(UNKNOWN_SUPPRESSION, message, suppression.span, help=help_)

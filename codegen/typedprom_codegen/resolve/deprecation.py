"""Resolves deprecated metrics: their replacements and the dates of their removal."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from typedprom_codegen import raw
from typedprom_codegen.codes import references, semantics
from typedprom_codegen.diagnostics import Diagnostics, Related
from typedprom_codegen.ir import Catalog, Deprecation, Metric, Stability
from typedprom_codegen.load.validation import LoadedFile
from typedprom_codegen.message_parts import did_you_mean, quoted, suggestion
from typedprom_codegen.resolve.scope import Scope

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def resolve_deprecation(
    file: LoadedFile, key: str, metric: raw.Metric, diagnostics: Diagnostics
) -> Deprecation | None:
    """The deprecation of a metric; None if it is not deprecated, or has no replacement."""
    given = {"replaced_by": metric.replaced_by, "removal": metric.removal}
    removal = _date(file, key, metric.removal, diagnostics)
    if metric.stability != "deprecated":
        for name in (name for name, value in given.items() if value is not None):
            diagnostics.report(
                semantics.BAD_DEPRECATION,
                f"`{name}` is for deprecated metrics, and `{key}` is not deprecated",
                file.source.key("metrics", key, name),
                help=f"add `stability: deprecated`, or remove `{name}`",
            )
        return None
    lacking = [f"`{name}`" for name, value in given.items() if value is None]
    if lacking:
        diagnostics.report(
            semantics.BAD_DEPRECATION,
            f"deprecated metric `{key}` needs {' and '.join(lacking)}",
            file.source.value("metrics", key, "stability"),
            help="add the key of the metric that replaces it, and the date of its removal",
        )
    if metric.replaced_by is None:
        return None
    return Deprecation(metric.replaced_by, removal or date.max)  # a missing date is reported


def _date(file: LoadedFile, key: str, text: str | None, diagnostics: Diagnostics) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        diagnostics.report(
            semantics.BAD_DATE,
            f"{quoted(text)} is not a date",
            file.source.value("metrics", key, "removal"),
            help='write year-month-day, as in "2027-06-30"',
        )
        return None


def check_replacements(catalog: Catalog, scope: Scope, diagnostics: Diagnostics) -> None:
    """Check that every `replaced_by` is another metric of the catalog that is not deprecated."""
    metrics = {metric.key: metric for metric in catalog.metrics()}
    for metric in metrics.values():
        if metric.deprecation is None:
            continue
        target = metrics.get(metric.deprecation.replaced_by)
        if target is not None:
            _check_target(metric, target, diagnostics)
        elif not scope.may_declare_metric(metric.deprecation.replaced_by):
            _unknown(metric, metric.deprecation.replaced_by, metrics, diagnostics)


def _check_target(metric: Metric, target: Metric, diagnostics: Diagnostics) -> None:
    if target is metric:
        message, help_ = (
            f"metric `{metric.local_key}` is replaced by itself",
            "name a metric that is not deprecated",
        )
        diagnostics.report(
            semantics.BAD_REPLACEMENT, message, metric.where("replaced_by"), help=help_
        )
    elif target.stability is Stability.DEPRECATED:
        diagnostics.report(
            semantics.BAD_REPLACEMENT,
            f"metric `{metric.local_key}` is replaced by `{target.key}`, "
            "which is deprecated as well",
            metric.where("replaced_by"),
            help="name a metric that is not deprecated",
            related=[Related(target.span, f"`{target.key}` is declared here")],
        )


def _unknown(
    metric: Metric, key: str, metrics: dict[str, Metric], diagnostics: Diagnostics
) -> None:
    whole = [known for known in sorted(metrics) if known.endswith(f".{key}")]
    near = suggestion(next(iter(whole), None)) or did_you_mean(key, metrics)
    diagnostics.report(
        references.UNKNOWN_REPLACEMENT,
        f"metric `{metric.local_key}` is replaced by {quoted(key)}, which does not exist{near}",
        metric.where("replaced_by"),
        help="name another metric by its full key (the component's prefix, a dot, its key), "
        f"or remove `{metric.local_key}`",
    )

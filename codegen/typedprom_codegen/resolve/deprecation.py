"""Deprecated metrics: what replaces them, and until when they are there."""

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
    """What a deprecated metric says; None for others, and where it does not say it all."""
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
            f"metric `{key}` is deprecated and lacks {' and '.join(lacking)}",
            file.source.value("metrics", key, "stability"),
            help="say which metric takes its place, and from which date on it may be gone",
        )
    if metric.replaced_by is None:
        return None
    span = file.source.value("metrics", key, "replaced_by")
    return Deprecation(metric.replaced_by, removal or date.max, span)  # without a date: reported


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
    """Every `replaced_by` leads to another metric of the catalog that stays."""
    metrics = {metric.key: metric for metric in catalog.metrics()}
    for metric in metrics.values():
        if metric.deprecation is None:
            continue
        target = metrics.get(metric.deprecation.replaced_by)
        if target is not None:
            _check_target(metric, metric.deprecation, target, diagnostics)
        elif not scope.may_declare_metric(metric.deprecation.replaced_by):
            _unknown(metric.deprecation, metrics, diagnostics)


def _check_target(
    metric: Metric, deprecation: Deprecation, target: Metric, diagnostics: Diagnostics
) -> None:
    if target is metric:
        message, help_ = (
            f"metric `{metric.local_key}` is replaced by itself",
            "name the one that stays",
        )
        diagnostics.report(semantics.BAD_REPLACEMENT, message, deprecation.span, help=help_)
    elif target.stability is Stability.DEPRECATED:
        diagnostics.report(
            semantics.BAD_REPLACEMENT,
            f"metric `{metric.local_key}` is replaced by `{target.key}`, "
            "which is deprecated as well",
            deprecation.span,
            help="name the metric that stays",
            related=[Related(target.span, f"`{target.key}` is declared here")],
        )


def _unknown(
    deprecation: Deprecation, metrics: dict[str, Metric], diagnostics: Diagnostics
) -> None:
    key = deprecation.replaced_by
    whole = [known for known in sorted(metrics) if known.endswith(f".{key}")]
    near = suggestion(next(iter(whole), None)) or did_you_mean(key, metrics)
    diagnostics.report(
        references.UNKNOWN_REPLACEMENT,
        f"metric {quoted(key)} does not exist{near}",
        deprecation.span,
        help="name it by its full key: the component's prefix, a dot, the metric's key",
    )

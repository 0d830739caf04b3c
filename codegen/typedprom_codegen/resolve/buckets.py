"""Histogram buckets: built-in presets, those of the catalog, and the bounds of each layout."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from typedprom_codegen import raw
from typedprom_codegen.codes import references, semantics
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.load.validation import LoadedFile
from typedprom_codegen.load.yaml_nodes import Path
from typedprom_codegen.message_parts import did_you_mean
from typedprom_codegen.resolve.scope import Scope

Bounds = tuple[float, ...]

DEFAULT: Final = "default"

BUILT_IN: Final[Mapping[str, Bounds]] = {
    DEFAULT: (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0),
    "latency": (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
    "duration": (
        *(0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
        *(60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0),
    ),
    "bytes": tuple(256.0 * 4**power for power in range(10)),
    "ratio": tuple(tenth / 10 for tenth in range(1, 11)),
    "count": (
        *(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0),
        *(200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0),
    ),
}
"""Latency and duration are in seconds; `default` is that of prometheus_client."""

Layout = raw.ExplicitBuckets | raw.LinearBuckets | raw.ExponentialBuckets


def resolve_presets(file: LoadedFile | None, diagnostics: Diagnostics) -> dict[str, Bounds]:
    """All presets by name: the built-in ones, and those that the catalog adds or replaces."""
    presets = dict(BUILT_IN)
    if file is not None:
        for name, layout in (file.raw.buckets or {}).items():
            presets[name] = _bounds(file, ("buckets", name), layout, diagnostics)
    return presets


def resolve_buckets(
    file: LoadedFile, key: str, buckets: raw.Buckets | None, scope: Scope, diagnostics: Diagnostics
) -> Bounds:
    """The upper bounds of a histogram; none if they are not known because of an error."""
    path: Path = ("metrics", key, "buckets")
    if buckets is None:
        return () if file.is_broken("metrics", key, "buckets") else scope.presets[DEFAULT]
    if not isinstance(buckets, raw.PresetBuckets):
        return _bounds(file, path, buckets, diagnostics)
    if buckets.name not in scope.presets and not scope.may_share_preset(buckets.name):
        near = did_you_mean(buckets.name, scope.presets)
        diagnostics.report(
            references.UNKNOWN_PRESET,
            f"bucket preset `{buckets.name}` does not exist{near}",
            file.source.value(*path, "name"),
            help=f"presets are {', '.join(sorted(scope.presets))}; "
            "declare others under `buckets:` beside `catalog:`",
        )
    return scope.presets.get(buckets.name, ())


def _bounds(file: LoadedFile, path: Path, layout: Layout, diagnostics: Diagnostics) -> Bounds:
    if isinstance(layout, raw.ExplicitBuckets):
        bounds = tuple(layout.bounds)
        spans = [file.source.value(*path, "bounds", index) for index in range(len(bounds))]
    else:
        bounds = _computed(layout)
        spans = [file.source.key(*path)] * len(bounds)
    _check(bounds, spans, diagnostics)
    return bounds


def _computed(layout: raw.LinearBuckets | raw.ExponentialBuckets) -> Bounds:
    """The bounds of a formula, computed in decimal so that 0.1 + 2 · 0.1 is 0.3."""
    start, steps = Decimal(repr(layout.start)), range(layout.count)
    if isinstance(layout, raw.LinearBuckets):
        step = Decimal(repr(layout.width))
        exact = (start + n * step for n in steps)
    else:
        step = Decimal(repr(layout.factor))
        exact = (start * step**n for n in steps)
    return tuple(map(float, exact)) if start.is_finite() and step.is_finite() else (math.nan,)


def _check(bounds: Bounds, spans: list[Span], diagnostics: Diagnostics) -> None:
    """Report the first bound that is not finite or not in ascending order."""
    lower = -math.inf
    for bound, span in zip(bounds, spans, strict=True):
        if bound == math.inf and bound is bounds[-1]:
            message, help_ = "the bound `+Inf` is implied", "remove it"
        elif not math.isfinite(bound):
            message, help_ = f"the bound `{bound}` is not finite", "list finite bounds only"
        elif bound == lower:
            message, help_ = f"the bound `{bound:g}` appears twice", "list each bound once"
        elif bound < lower:
            message = f"the bound `{bound:g}` comes after `{lower:g}`; bounds must ascend"
            help_ = "sort the bounds"
        else:
            lower = bound
            continue
        diagnostics.report(semantics.BAD_BUCKETS, message, span, help=help_)
        return

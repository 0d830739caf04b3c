"""Resolves `ratios:`, and finds those of counters whose keys end in `.success` and `.error`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from typedprom_codegen import names, raw
from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.diagnostics import Related
from typedprom_codegen.ir import Catalog, Component, Metric, MetricType, Ratio, Stability
from typedprom_codegen.message_parts import did_you_mean, quoted, suggestion
from typedprom_codegen.resolve.rule_entries import RuleEntry, RuleScope

COUNTERS: Final = frozenset({MetricType.COUNTER})

_GOOD, _BAD = ".success", ".error"


def with_ratios(within: RuleScope) -> Catalog:
    """The catalog whose components have their ratios: the declared ones, then those found."""
    declared: dict[str | None, list[Ratio]] = {}
    for file, component in within.homes():
        for key, ratio in (file.raw.ratios or {}).items():
            entry = RuleEntry(file, ("ratios", key), f"ratio `{key}`", component, within)
            found = _ratio(key, ratio, entry)
            if found is not None:
                declared.setdefault(component.name if component else None, []).append(found)
    return replace(
        within.catalog,
        ratios=tuple(declared.get(None, ())),
        components=tuple(
            _with_ratios(component, tuple(declared.get(component.name, ())), within)
            for component in within.catalog.components
        ),
    )


def _with_ratios(component: Component, declared: tuple[Ratio, ...], within: RuleScope) -> Component:
    known = {ratio.local_key for ratio in declared}
    broken = {
        key
        for file, home in within.homes()
        if home is component
        for key in file.broken_in("ratios")
    }
    found = (ratio for ratio in _found(component) if ratio.local_key not in known | broken)
    return replace(component, ratios=(*declared, *found))


def _found(component: Component) -> Iterator[Ratio]:
    """The ratios of counters with the two endings."""
    usable = {
        metric.local_key: metric
        for metric in component.metrics
        if metric.type is MetricType.COUNTER and metric.stability is not Stability.DEPRECATED
    }
    for key, bad in usable.items():
        stem = key.removesuffix(_BAD)
        if key.endswith(_BAD) and stem + _GOOD in usable:
            yield Ratio(
                key=names.full_key(component.prefix, stem),
                local_key=stem,
                bad=(bad,),
                good=(usable[stem + _GOOD],),
                whole=(),
                span=bad.span,
                where=bad.where,
            )


def _ratio(key: str, ratio: raw.Ratio, entry: RuleEntry) -> Ratio | None:
    sides = [
        _side(ratio.bad, "bad", entry),
        _side(ratio.good or [], "good", entry),
        _side(ratio.all or [], "all", entry),
    ]
    if bool(ratio.good) == bool(ratio.all):
        entry.report(
            codes.BAD_RATIO,
            f"{entry.called} has both `good` and `all`"
            if ratio.good
            else f"{entry.called} has neither `good` nor `all`",
            help="write `good` with what succeeded, or `all` with all that happened",
        )
        return None
    if not all(len(side) == len(asked) for side, asked in zip(sides, _asked(ratio), strict=True)):
        return None
    bad, good, whole = map(tuple, sides)
    _check_sides(bad, (*good, *whole), "good" if good else "all", entry)
    return Ratio(entry.full_key(key), key, bad, good, whole, entry.span, entry.where)


def _check_sides(
    bad: tuple[Metric, ...], others: tuple[Metric, ...], side: str, entry: RuleEntry
) -> None:
    """Report a counter that stands for what failed and for what it is compared with."""
    for index, metric in enumerate(others):
        if metric in bad:
            entry.report(
                codes.BAD_RATIO,
                f"{entry.called} has `{metric.local_key}` in both `bad` and `{side}`",
                side,
                index,
                help="name the counters of what succeeded"
                if side == "good"
                else "name the counter of all that happened",
            )


def _asked(ratio: raw.Ratio) -> tuple[list[str], list[str], list[str]]:
    return ratio.bad, ratio.good or [], ratio.all or []


def _side(keys: list[str], side: str, entry: RuleEntry) -> list[Metric]:
    entry.check_repeated(keys, side)
    found = (entry.metric(key, COUNTERS, side, index) for index, key in enumerate(keys))
    return [metric for metric in found if metric is not None]


def find_ratio(key: str, entry: RuleEntry, *field: str) -> Ratio | None:
    """The ratio that a field names: a local key, or the full key of another component's."""
    ratios = entry.within.ratios
    ratio = ratios.get(entry.full_key(key)) or ratios.get(key)
    if ratio is None and not _may_be_broken(key, entry):
        halves = _halves(key, entry)
        entry.report(
            codes.BAD_RATIO,
            f"{entry.called} names the ratio {quoted(key)}, which does not exist"
            f"{'' if halves else _near(key, entry)}",
            *field,
            help=_how_to_find(key, halves),
            related=[Related(each.span, f"`{each.local_key}` is here") for each in halves],
        )
    return ratio


def _halves(key: str, entry: RuleEntry) -> list[Metric]:
    """The metrics whose keys would make a ratio, of which one is gone or does not fit."""
    metrics = entry.within.metrics
    for stem in (entry.full_key(key), key):
        found = [metrics[stem + end] for end in (_GOOD, _BAD) if stem + end in metrics]
        if found:
            return found
    return []


def _how_to_find(key: str, halves: list[Metric]) -> str:
    if len(halves) == 1:
        there = halves[0].local_key
        other = _BAD if there.endswith(_GOOD) else _GOOD
        return (
            f"only `{there}` is left of the pair that it was found by: add `{key}{other}`, "
            "or declare the ratio under `ratios:`"
        )
    if halves:
        return (
            "declare it under `ratios:`: it is found by itself only where both are counters, "
            "and not deprecated"
        )
    return (
        "declare it under `ratios:`; it is found by itself where counters end in "
        "`.success` and `.error`"
    )


def _near(key: str, entry: RuleEntry) -> str:
    """A suggestion for the key of a ratio that does not exist."""
    ratios = entry.within.ratios
    elsewhere = [each for each in ratios if each.endswith(f".{key}")]
    own = [ratio.local_key for ratio in (entry.component.ratios if entry.component else ())]
    return (
        suggestion(next(iter(elsewhere), None))
        or did_you_mean(key, own)
        or did_you_mean(key, ratios)
    )


def _may_be_broken(key: str, entry: RuleEntry) -> bool:
    """Whether the ratio, or a metric of it, is declared but has errors."""
    scope = entry.within.scope
    keys = {key, entry.full_key(key)}
    return (
        not scope.raw.complete
        or any(
            key == ratio or key.endswith(f".{ratio}")
            for file in scope.raw.files
            for ratio in {*(file.raw.ratios or {}), *file.broken_in("ratios")}
        )
        or any(scope.may_declare_metric(each + end) for each in keys for end in (_GOOD, _BAD))
    )

"""What matchers say about labels: which are there, and with which values."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.promql.alternatives import fixed_texts
from typedprom_codegen.promql.lexer import has_variable, is_templated
from typedprom_codegen.promql.nodes.selector import NAME_LABEL, Matcher
from typedprom_codegen.promql.patterns import matches_whole
from typedprom_codegen.queries.label_sets import Labels

_MOST_VALUES: Final = 200
"""Larger sets of values are not narrowed by patterns."""

_MOST_MATCHERS: Final = 100


def narrowed(labels: Labels, matchers: tuple[Matcher, ...]) -> Labels:
    """The labels of the series that matchers keep.

    Where they keep no series, the labels are what the matchers name, so that one fault of a query
    is not reported twice.
    """
    for matcher in matchers[:_MOST_MATCHERS]:
        label = matcher.label.name
        if label == NAME_LABEL or has_variable(label) or is_templated(matcher.value):
            continue
        labels = _NARROW[matcher.operator](labels, label, matcher.value)
    return labels


def _equal(labels: Labels, label: str, value: str) -> Labels:
    return labels.having(label, frozenset({value})) if value else labels.lacking(label)


def _not_equal(labels: Labels, label: str, value: str) -> Labels:
    known = labels.values.get(label)
    if not value:
        return labels.having(label, known)
    return _with_values(labels, label, known - {value}) if known else labels


def _matching(labels: Labels, label: str, pattern: str) -> Labels:
    known = labels.values.get(label)
    literals = fixed_texts(pattern)
    if literals is not None:
        kept: frozenset[str] | None = literals - {""}
        if known and literals & known:
            kept = literals & known
        may_be_empty = "" in literals
    else:
        kept = known if known is None else _without(known, pattern, matched=False)
        may_be_empty = matches_whole(pattern, "") is not False
    if not may_be_empty:
        return labels.having(label, kept or known)
    return labels if kept is None else _with_values(labels, label, kept)


def _not_matching(labels: Labels, label: str, pattern: str) -> Labels:
    known = labels.values.get(label)
    if matches_whole(pattern, ""):
        labels = labels.having(label, known)
    return _with_values(labels, label, _without(known, pattern, matched=True)) if known else labels


def _without(values: frozenset[str], pattern: str, *, matched: bool) -> frozenset[str]:
    """The values without those that a pattern surely matches, or surely does not match."""
    if len(values) > _MOST_VALUES:
        return values
    return frozenset(value for value in values if matches_whole(pattern, value) is not matched)


def _with_values(labels: Labels, label: str, kept: frozenset[str]) -> Labels:
    """The labels with fewer values of one. Without any, no series has it."""
    if kept == labels.values.get(label) or not labels.may_have(label):
        return labels
    if label in labels.sure:
        return labels.having(label, kept) if kept else labels
    return labels.perhaps_having(label, kept) if kept else labels.lacking(label)


_NARROW: Final = {"=": _equal, "!=": _not_equal, "=~": _matching, "!~": _not_matching}

"""How the series of two expressions find each other: decided from their labels."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.lexer import has_variable
from typedprom_codegen.promql.nodes.binary import SETS, Binary, Matching
from typedprom_codegen.queries.label_sets import Labels, either, merged_gone

_NO_VALUES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """What is known about how two sides match.

    "Surely" is said of labels that all series of a side have, or none.
    """

    on: frozenset[str]  # the labels that can be matched on; with `on`, all that it names
    only_left: frozenset[str]  # of these, labels that the left surely has and the right never
    only_right: frozenset[str]
    disjoint: frozenset[str]  # of these, labels without a value that both sides can have
    repeated_left: frozenset[str]  # not matched on: labels by which several series match as one
    repeated_right: frozenset[str]

    @property
    def is_possible(self) -> bool:
        """Whether a series of one side can match one of the other, as far as labels show."""
        return not (self.only_left or self.only_right or self.disjoint)


def match(
    left: Labels, right: Labels, matching: Matching | None, target_labels: frozenset[str]
) -> Match:
    """How two sides match.

    `repeated_left` and `repeated_right` are only those labels that every series of the metrics
    has and that can have several values: never those of targets, of which there may be one.
    """
    named = _names(matching)
    by_name = matching is not None and matching.keyword == "on"
    if _varies(matching):
        on = frozenset(name for name in named if by_name and not has_variable(name))
        unmatched: frozenset[str] | None = _NO_VALUES
    else:
        on = named if by_name else (left.possible | right.possible) - named
        unmatched = None if by_name else named
    return Match(
        on,
        frozenset(name for name in on & left.sure if not right.may_have(name)),
        frozenset(name for name in on & right.sure if not left.may_have(name)),
        frozenset(name for name in on & left.sure & right.sure if _disjoint(name, left, right)),
        _repeated(left, on, unmatched, target_labels),
        _repeated(right, on, unmatched, target_labels),
    )


def _names(matching: Matching | None) -> frozenset[str]:
    if matching is None:
        return _NO_VALUES
    return frozenset([label.name for label in matching.labels])


def _varies(matching: Matching | None) -> bool:
    """Whether a variable stands for one of the labels, or for several."""
    if matching is None:
        return False
    return any(has_variable(label.name) for label in (*matching.labels, *matching.included))


def _disjoint(name: str, left: Labels, right: Labels) -> bool:
    mine, theirs = left.values.get(name), right.values.get(name)
    return bool(mine) and bool(theirs) and not (mine or _NO_VALUES) & (theirs or _NO_VALUES)


def _repeated(
    labels: Labels,
    on: frozenset[str],
    unmatched: frozenset[str] | None,
    target_labels: frozenset[str],
) -> frozenset[str]:
    free = labels.sure - on if unmatched is None else labels.sure & unmatched
    return frozenset(
        name for name in free - target_labels if len(labels.values.get(name, "??")) > 1
    )


def result_labels(node: Binary, left: Labels, right: Labels) -> Labels:
    """The labels of the series that an operation on two vectors returns."""
    matching = node.matching
    if node.operator in SETS:
        return _of_set(node, left, right)
    if _varies(matching):
        return either(left, right).opened()
    if matching is None or not matching.many:
        one_to_one = _one_to_one(node, left, right)
        if matching is None or not matching.fills:
            return one_to_one
        return either(one_to_one, _one_to_one(node, right, left))
    many, one = (left, right) if matching.many == "group_left" else (right, left)
    result = _matched(node, many, one)
    if matching.fills:
        result = either(many, _only_matched(node, one))
    for label in matching.included:
        result = _including(result, label.name, one)
    return result


def _of_set(node: Binary, left: Labels, right: Labels) -> Labels:
    if node.operator == "or":
        return either(left, right)
    matches = node.operator == "and" and not _varies(node.matching)
    return _matched(node, left, right) if matches else left


def _one_to_one(node: Binary, left: Labels, right: Labels) -> Labels:
    return _only_matched(node, _matched(node, left, right), right)


def _only_matched(node: Binary, labels: Labels, other: Labels | None = None) -> Labels:
    """The labels that a one-to-one matching leaves."""
    matching = node.matching
    if matching is None or not matching.keyword:
        return labels
    drop = labels.only if matching.keyword == "on" else labels.dropping
    kept = drop(_names(matching), node)
    if other is None or not other.gone:
        return kept
    gone = merged_gone(kept, other, kept.possible)
    return Labels(kept.sure, kept.possible, kept.is_open, kept.values, gone)


def _matched(node: Binary, labels: Labels, other: Labels) -> Labels:
    """The labels of one side, given that each series matches one of the other side.

    A label that is matched on has the same value on both sides, and none where one side has none.
    """
    matching = node.matching
    if labels is other or labels == other:
        return labels
    names = _names(matching)
    by_name = matching is not None and matching.keyword == "on"
    if by_name:
        on = names
    else:
        on = (labels.possible | other.possible | {*labels.values, *other.values}) - names
    absent = [name for name in on & labels.possible if not other.may_have(name)]
    found = {name for name in on & other.possible if labels.may_have(name)}
    if not absent and not found and not labels.is_open:
        return labels
    values = dict(labels.values)
    for name in found:
        theirs = other.values.get(name)
        if theirs is not None:
            mine = values.get(name)
            values[name] = (theirs if mine is None else mine & theirs) or theirs
    sure = labels.sure | (other.sure & found)
    possible = labels.possible | found
    if absent and not (labels.sure & frozenset(absent)):
        possible = possible.difference(absent)
        values.update(dict.fromkeys(absent, _NO_VALUES))
    is_open = labels.is_open and (by_name or other.is_open or bool(names))
    return Labels(sure, possible, is_open, values, labels.gone)


def _including(labels: Labels, name: str, one: Labels) -> Labels:
    """The result of `group_left (name)`: the label as the one side has it."""
    if name in one.sure:
        return labels.having(name, one.values.get(name))
    if not one.may_have(name):
        return labels.lacking(name)
    return labels.perhaps_having(name, one.values.get(name))

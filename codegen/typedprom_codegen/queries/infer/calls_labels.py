"""Functions that change labels, or whether there are series."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from typedprom_codegen.promql.lexer import has_variable, is_templated
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression, Kind
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.selector import NAME_LABEL, Selector
from typedprom_codegen.promql.nodes.string import String
from typedprom_codegen.queries import bounds, value_units
from typedprom_codegen.queries.infer.inference import CallInference, Inference, with_labels
from typedprom_codegen.queries.known import BUCKET_LABEL
from typedprom_codegen.queries.label_sets import NONE, UNKNOWN, Labels
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.types import Type

_PART_OF_MATCH: Final = re.compile(r"\$\d+|\$\{\d+\}", re.ASCII)


def _string(node: Expression) -> str | None:
    """The value of a string without variables; None for others."""
    return node.value if isinstance(node, String) and not is_templated(node.value) else None


def _replacement(node: Expression) -> str | None:
    """The same; `$1` is a part of the match, no variable."""
    if not isinstance(node, String) or is_templated(_PART_OF_MATCH.sub("", node.value)):
        return None
    return node.value


def _label_replace(node: Call, inference: Inference) -> Type:
    """Where the pattern does not match, the label stays as it is."""
    found = inference.types[node.arguments[0]]
    target, source, pattern = map(_string, (node.arguments[1], *node.arguments[3:5]))
    replacement = _replacement(node.arguments[2])
    labels = found.labels
    if target is None:
        return with_labels(found, labels.opened())
    if target == NAME_LABEL:
        return found
    if target == BUCKET_LABEL and found.buckets is not None:
        found = replace(found, buckets=None)
    always = pattern in {"", "(.*)", ".*"} and (pattern != "" or not _may_have(labels, source))
    if always and replacement is not None and "$" not in replacement:
        if not replacement:
            return with_labels(found, labels.lacking(target))
        return with_labels(found, labels.having(target, frozenset({replacement})))
    copied = replacement in {"$1", "${1}"} and pattern == "(.*)"
    if copied and source is not None and source in labels.sure:
        return with_labels(found, labels.having(target, labels.values.get(source)))
    stays = target in labels.sure and replacement is not None and _is_text(replacement)
    changed = labels.having(target) if stays else labels.perhaps_having(target)
    return with_labels(found, changed)


def _may_have(labels: Labels, label: str | None) -> bool:
    return label is None or label == NAME_LABEL or labels.may_have(label)


def _is_text(replacement: str) -> bool:
    """Whether a replacement is never empty."""
    return bool(replacement) and "$" not in replacement


def _label_join(node: Call, inference: Inference) -> Type:
    found = inference.types[node.arguments[0]]
    labels = found.labels
    target, separator, *sources = map(_string, node.arguments[1:])
    if target is None:
        return with_labels(found, labels.opened())
    if target == NAME_LABEL:
        return found
    is_sure = any(source in labels.sure for source in sources)
    if is_sure or (separator and len(sources) > 1):
        return with_labels(found, labels.having(target))
    if not any(_may_have(labels, source) for source in sources) and separator is not None:
        return with_labels(found, labels.lacking(target))
    return with_labels(found, labels.perhaps_having(target))


def _absent(node: Call, inference: Inference) -> Type:
    argument = node.arguments[0]
    selector = argument.selector if isinstance(argument, Range) else argument
    labels = _of_matchers(selector) if isinstance(selector, Selector) else NONE
    if argument.kind is Kind.ANY or selector.kind is Kind.ANY:
        labels = UNKNOWN
    found = inference.types[argument]
    return Type(
        Kind.INSTANT,
        Meaning.STATE,
        labels,
        value_units.PLAIN,
        bounds.ONE,
        series=found.series,
        has_series=found.has_series,
    )


def _of_matchers(selector: Selector) -> Labels:
    """The labels that the selector requires to have one value, each named just once."""
    named = [matcher.label.name for matcher in selector.matchers]
    if selector.is_open or any(map(has_variable, named)):
        return UNKNOWN
    labels = NONE
    for matcher in selector.matchers:
        name = matcher.label.name
        if matcher.operator != "=" or name == NAME_LABEL or not matcher.value:
            continue
        if named.count(name) > 1 or is_templated(matcher.value):
            labels = labels.perhaps_having(name)
        else:
            labels = labels.having(name, frozenset({matcher.value}))
    return labels


def _info(node: Call, inference: Inference) -> Type:
    """Labels of info metrics are added, which nobody knows."""
    found = inference.types[node.arguments[0]]
    labels = found.labels
    return with_labels(found, replace(labels, is_open=True))


def _same(node: Call, inference: Inference) -> Type:
    return inference.types[node.arguments[0]]


LABELS: Final[Mapping[str, CallInference]] = {
    "label_replace": _label_replace,
    "label_join": _label_join,
    "absent": _absent,
    "absent_over_time": _absent,
    "info": _info,
    "sort": _same,
    "sort_desc": _same,
    "sort_by_label": _same,
    "sort_by_label_desc": _same,
}

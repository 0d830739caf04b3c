"""TP526: a template of an alert that uses a label which its query does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.lint.query_rules.lost_label import how_kept, how_lost
from typedprom_codegen.lint.query_text import without_renamed
from typedprom_codegen.message_parts import did_you_mean
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.selector import NAME_LABEL
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.label_sets import Labels
from typedprom_codegen.sources.source_query import AlertText

CODE: Final = error(
    "TP526",
    "alert-template-label",
    """
    An annotation or a label of an alert shows a label of the series that fired, and the series of
    its query do not have it: the text has a gap. What an aggregation does not keep, a template
    cannot show.

    Wrong:

    ```yaml
    alert: JobsDie
    expr: sum(rate(shop_jobs_total{outcome="dead"}[5m])) > 0.1
    for: 10m
    annotations: {summary: "Jobs of {{ $labels.source_id }} die."}
    ```

    Right:

    ```yaml
    alert: JobsDie
    expr: sum by (source_id) (rate(shop_jobs_total{outcome="dead"}[5m])) > 0.1
    for: 10m
    annotations: {summary: "Jobs of {{ $labels.source_id }} die."}
    ```
    """,
)

_LABEL: Final = re.compile(
    r"\$labels\.(?P<alert>\w+)|\bindex\s+\$labels\s+[\"`](?P<index>[^\"`]*)[\"`]"
    r"|(?<![\w.)])\.Labels\.(?P<dot>\w+)",
    re.ASCII,
)
_CONDITION: Final = re.compile(
    r"\{\{-?\s*(?:if|with)\b[^{}]*?(?:\$labels|\.Labels)\.(\w+)", re.ASCII
)
"""A template that asks whether the series has a label is right if it has not."""

_MOVES_DOT: Final = re.compile(r"\b(?:range|with|define|template)\b")


class _Used(NamedTuple):
    """A label that a template uses, and where."""

    label: str
    extent: Extent


def check(root: Expression, query: CheckedQuery) -> Iterator[Finding]:
    """Report each label in the texts of an alert that its series cannot have."""
    alert = query.source.alert
    if alert is None:
        return
    labels = query.types[root].labels
    for text in alert.texts:
        asked_for = {found[1] for found in _CONDITION.finditer(text.text)}
        for label, extent in _used(text):
            if not labels.may_have(label) and label not in asked_for and label != NAME_LABEL:
                message, help = _explained(label, text, labels, query)
                yield Finding(message, extent, help, text.place)


def _used(text: AlertText) -> Iterator[_Used]:
    """The labels of the alert's own series; inside of `range`, a dot means another series."""
    if "{{" not in text.text:
        return
    dot_moves = _MOVES_DOT.search(text.text) is not None
    for start, end in _actions(text.text):
        for found in _LABEL.finditer(text.text, start, end):
            group = found.lastgroup or "alert"
            if group != "dot" or not dot_moves:
                yield _Used(found[group], Extent(*found.span(group)))


def _actions(text: str) -> Iterator[Extent]:
    """What is between `{{` and `}}`."""
    start = end = 0
    while (end := text.find("}}", start)) >= 0:
        begin = text.rfind("{{", start, end)
        if begin >= 0:
            yield Extent(begin + 2, end)
        start = end + 2


def _explained(label: str, text: AlertText, labels: Labels, query: CheckedQuery) -> tuple[str, str]:
    kind = "the alert's label" if text.is_label else "annotation"
    where = f"{kind} `{text.name}`"
    dropped = labels.gone.get(label)
    if dropped is not None:
        return (
            f"label `{label}`, which {where} shows, {how_lost(dropped, query.query)}",
            how_kept(dropped, label, query.query),
        )
    possible = without_renamed(labels.possible)
    near = did_you_mean(label, possible)
    listed = ", ".join(f"`{each}`" for each in possible)
    return (
        f"{where} shows label `{label}`, which the series of this alert do not have{near}",
        f"their labels: {listed}" if listed else "they have no labels",
    )


RULE: Final = QueryRule(CODE, on=Expression, check=check)

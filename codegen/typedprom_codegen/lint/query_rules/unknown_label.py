"""TP503: a query that names a label which its metrics do not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.label_uses import LabelUse, label_uses
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.lint.query_text import without_renamed
from typedprom_codegen.message_parts import did_you_mean, one_of
from typedprom_codegen.promql.lexer import has_variable
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.selector import NAME_LABEL, LabelName, Selector
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.known import BUCKET_LABEL, Series

CODE: Final = error(
    "TP503",
    "query-unknown-label",
    """
    A query names a label that its metrics do not have: a matcher then finds nothing, a grouping
    puts everything into one group, and a label that `group_left` should add stays empty. Every
    series has `job` and `instance` from its scrape, and the `_bucket` series of a histogram have
    `le`. Other labels that the scrape adds, such as `cluster`, are listed in `target-labels`.

    Wrong:

    ```promql
    sum by (source) (rate(shop_jobs_total[5m]))
    ```

    Right:

    ```promql
    sum by (source_id) (rate(shop_jobs_total[5m]))
    ```
    """,
)


def check(_: Expression, query: CheckedQuery) -> Iterator[Finding]:
    """Report every label that none of the metrics has."""
    for node in query.query.nodes:
        if isinstance(node, Selector) and node.matchers:
            yield from _of_selector(node, query)
    for use in label_uses(query.query):
        yield from _of_use(use, query)


def _of_selector(selector: Selector, query: CheckedQuery) -> Iterator[Finding]:
    series = query.known.get(selector.name)
    if series is None or not series.metric.is_whole:
        return
    labels = query.known.labels_of(series)
    for matcher in selector.matchers:
        name = matcher.label.name
        if name not in labels and name != NAME_LABEL and not has_variable(name):
            yield _unknown(matcher.label, (series,), labels)


def _of_use(use: LabelUse, query: CheckedQuery) -> Iterator[Finding]:
    types = [query.types[side] for side in use.sides]
    name = use.label.name
    if any(each.labels.may_have(name) or name in each.labels.gone for each in types):
        return  # one has it; or it was dropped on the way, which another rule reports
    if not all(each.series for each in types):
        return
    series = tuple(dict.fromkeys(series for each in types for series in each.series))
    labels = frozenset().union(*(each.labels.possible for each in types))
    if use.is_dropped and not did_you_mean(name, without_renamed(labels)):
        return  # dropping what is not there changes nothing
    yield _unknown(use.label, series, labels)


def _unknown(label: LabelName, series: Iterable[Series], labels: frozenset[str]) -> Finding:
    all_ = tuple(series)
    names = one_of([f"`{name}`" for name in dict.fromkeys(each.name for each in all_)])
    hint = did_you_mean(label.name, without_renamed(labels))
    message = f"label `{label.name}` is not declared on {names}{hint}"
    help = _help(label.name, all_, labels)
    if not hint and label.name != BUCKET_LABEL:
        help += f"; if the scrape adds `{label.name}`, list it in `target-labels`"
    return Finding(message, label.extent, help)


def _help(name: str, series: tuple[Series, ...], labels: frozenset[str]) -> str:
    if name == BUCKET_LABEL:
        if all(each.metric.is_native for each in series):
            return "a native histogram has its buckets in its value, without `le`"
        return "only the `_bucket` series of a histogram have `le`"
    listed = ", ".join(f"`{label}`" for label in without_renamed(labels))
    return f"labels here: {listed}" if listed else "no labels are left here"


RULE: Final = QueryRule(CODE, on=Expression, check=check)

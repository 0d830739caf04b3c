"""TP505: a label that an aggregation or a matching below has dropped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.label_uses import label_uses
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.query import Query
from typedprom_codegen.queries.checked import CheckedQuery

CODE: Final = error(
    "TP505",
    "query-lost-label",
    """
    A query names a label that its metrics have, but that is gone at this point: an aggregation
    inside did not keep it, or a matching of two sides. The grouping then has one group, and the
    join finds nothing.

    Wrong:

    ```promql
    max by (source_id) (sum by (outcome) (rate(shop_jobs_total[5m])))
    ```

    Right:

    ```promql
    max by (source_id) (sum by (source_id, outcome) (rate(shop_jobs_total[5m])))
    ```
    """,
)


def check(_: Expression, query: CheckedQuery) -> Iterator[Finding]:
    """Report each use of a label that was dropped below."""
    for use in label_uses(query.query):
        name = use.label.name
        labels = [query.types[side].labels for side in use.sides]
        if use.is_dropped or any(each.may_have(name) for each in labels):
            continue
        dropped = next((each.gone[name] for each in labels if name in each.gone), None)
        if dropped is not None:
            yield Finding(
                f"label `{name}` {how_lost(dropped, query.query)}",
                use.label.extent,
                how_kept(dropped, name, query.query),
            )


def how_lost(by: Expression, query: Query) -> str:
    """How a label was lost: "was aggregated away by `sum by (job)`"."""
    if isinstance(by, Aggregation):
        return f"was aggregated away by `{_head(by, query)}`"
    if isinstance(by, Binary) and by.matching is not None and by.matching.keyword:
        return f"is not kept by the matching `{_text(by.matching.extent, query)}`"
    return "is not kept here"


def how_kept(by: Expression, label: str, query: Query) -> str:
    """What to write so that the label is kept."""
    if isinstance(by, Aggregation):
        if by.grouping is None:
            return f"write `{by.name} by ({label})` there"
        if by.grouping.keyword == "by":
            return f"add `{label}` to `{_head(by, query)}`"
        return f"remove `{label}` from `{_head(by, query)}`"
    return f"add it to the labels that both sides are matched by, or with `group_left ({label})`"


def _head(node: Aggregation, query: Query) -> str:
    """The aggregation without its operand: `sum by (job)`."""
    return (
        node.name if node.grouping is None else f"{node.name} {_text(node.grouping.extent, query)}"
    )


def _text(extent: tuple[int, int], query: Query) -> str:
    return " ".join(query.text[extent[0] : extent[1]].split())


RULE: Final = QueryRule(CODE, on=Expression, check=check)

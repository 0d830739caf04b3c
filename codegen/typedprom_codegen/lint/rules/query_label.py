"""A query that matches or groups by a label that its metrics do not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint.rule import Rule
from typedprom_codegen.message_parts import did_you_mean
from typedprom_codegen.promql_old.declared_queries import parsed_queries
from typedprom_codegen.promql_old.keywords import LABEL_MAKERS
from typedprom_codegen.promql_old.lexer import Extent
from typedprom_codegen.promql_old.series import KnownSeries, Series, known_series
from typedprom_codegen.promql_old.syntax import Grouping, LabelName, Query

CODE: Final = error(
    "TP503",
    "query-unknown-label",
    """
    A query matches or groups by a label that its metrics do not have: it finds nothing, or puts
    everything into one group. Every series has `job` and `instance` from its scrape, and the
    `_bucket` series of a histogram have `le`.

    Wrong, where the metric's label is `source_id`:

    ```yaml
    queries: [{name: Rate, expr: "sum by (source) (rate(shop_fetches_total[5m]))"}]
    ```

    Right:

    ```yaml
    queries: [{name: Rate, expr: "sum by (source_id) (rate(shop_fetches_total[5m]))"}]
    ```
    """,
)


def check(catalog: Catalog) -> Iterator[Diagnostic]:
    """Report every label in a query that none of its metrics has."""
    known = known_series(catalog)
    for declared, query in parsed_queries(catalog):
        for label, series in _unknown(query, known):
            names = " or ".join(f"`{name}`" for name in dict.fromkeys(s.name for s in series))
            labels = sorted(frozenset().union(*(s.labels for s in series)) - {"__name__"})
            hint = did_you_mean(label.name, labels)
            message = f"label `{label.name}` is not declared on {names}{hint}"
            known_labels = ", ".join(f"`{name}`" for name in labels)
            help = f"labels here: {known_labels}"
            yield declared.diagnostic(CODE, message, label.extent, help=help)


_Unknown = tuple[LabelName, tuple[Series, ...]]


def _unknown(query: Query, known: KnownSeries) -> Iterator[_Unknown]:
    for selector in query.selectors:
        series = known.labelled(selector.name)
        for matcher in selector.matchers:
            if series is not None and matcher.label.name not in series.labels:
                yield matcher.label, (series,)
    for grouping in query.groupings:
        yield from _unknown_in(grouping, query, known)


def _unknown_in(grouping: Grouping, query: Query, known: KnownSeries) -> Iterator[_Unknown]:
    found = [known.labelled(s.name) for s in query.selectors if s.extent in grouping.scope]
    series = tuple(s for s in found if s is not None)
    if not series or len(series) < len(found):
        return  # a name is a pattern, or unknown, which another rule reports
    labels = frozenset().union(*(s.labels for s in series), _made(query, grouping.scope))
    for label in grouping.labels:
        if label.name not in labels:
            yield label, series


def _made(query: Query, scope: Extent) -> frozenset[str]:
    """Labels that the query adds itself, for example by label_replace."""
    makers = (c for c in query.calls if c.name in LABEL_MAKERS and c.arguments in scope)
    return frozenset(call.strings[0] for call in makers if call.strings)


RULE: Final = Rule(CODE, check)

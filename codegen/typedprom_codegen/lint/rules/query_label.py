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
from typedprom_codegen.promql_old.keywords import LABEL_MAKERS, NAME_LABEL
from typedprom_codegen.promql_old.lexer import Extent
from typedprom_codegen.promql_old.syntax import Grouping, LabelName, Query
from typedprom_codegen.queries.known import KnownSeries, Series, known_series

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
            labels = sorted(frozenset().union(*(_labels(s, known) for s in series)) - {"__name__"})
            hint = did_you_mean(label.name, labels)
            message = f"label `{label.name}` is not declared on {names}{hint}"
            known_labels = ", ".join(f"`{name}`" for name in labels)
            help = f"labels here: {known_labels}"
            yield declared.diagnostic(CODE, message, label.extent, help=help)


_Unknown = tuple[LabelName, tuple[Series, ...]]


def _unknown(query: Query, known: KnownSeries) -> Iterator[_Unknown]:
    for selector in query.selectors:
        series = _labelled(selector.name, known)
        for matcher in selector.matchers:
            if series is not None and matcher.label.name not in _labels(series, known):
                yield matcher.label, (series,)
    for grouping in query.groupings:
        yield from _unknown_in(grouping, query, known)


def _unknown_in(grouping: Grouping, query: Query, known: KnownSeries) -> Iterator[_Unknown]:
    found = [_labelled(s.name, known) for s in query.selectors if s.extent in grouping.scope]
    series = tuple(s for s in found if s is not None)
    if not series or len(series) < len(found):
        return  # a name is a pattern, or unknown, which another rule reports
    labels = frozenset().union(*(_labels(s, known) for s in series), _made(query, grouping.scope))
    for label in grouping.labels:
        if label.name not in labels:
            yield label, series


def _labelled(name: str | None, known: KnownSeries) -> Series | None:
    series = known.get(name)
    return series if series is not None and series.metric.is_whole else None


def _labels(series: Series, known: KnownSeries) -> frozenset[str]:
    return known.labels_of(series) | {NAME_LABEL}


def _made(query: Query, scope: Extent) -> frozenset[str]:
    """Labels that the query adds itself, for example by label_replace."""
    makers = (c for c in query.calls if c.name in LABEL_MAKERS and c.arguments in scope)
    return frozenset(call.strings[0] for call in makers if call.strings)


RULE: Final = Rule(CODE, check)

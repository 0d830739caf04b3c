"""Whether a metric's panel shows the values that an alert limits, so that limits can be shown."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.ir import Form, LateForm, Metric, QuantileForm
from typedprom_codegen.promql.extent import QuerySyntaxError
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import SETS, Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.query import Query

_KEEPING: Final = frozenset(
    {
        *("max", "min", "avg", "sum", "topk", "bottomk"),
        *("max_over_time", "min_over_time", "avg_over_time", "last_over_time", "vector"),
    }
)
"""Functions and aggregations whose result is in the unit of their argument, and alike."""

_QUANTILE: Final = "histogram_quantile"
_NOW: Final = "time"
_TIMES: Final = "_timestamp_seconds"
"""The end of the names of gauges of which a panel shows the age by default."""


def shows_values(metric: Metric, form: type[Form]) -> bool:
    """Whether the panel of a metric shows what the form of an alert limits."""
    queries = metric.dashboard.queries
    if not queries:
        return form is not LateForm or metric.name.endswith(_TIMES)
    try:
        parsed = [parse(query.expr) for query in queries]
    except QuerySyntaxError:
        return False  # which is reported where queries are checked
    if form is LateForm:
        return all(map(_is_age, parsed))
    if form is QuantileForm:
        return all(_computes_only(query, {_QUANTILE, "rate", "increase"}) for query in parsed)
    return all(_computes_only(query, set()) for query in parsed)


def _is_age(query: Query) -> bool:
    differences = [node for node in query.all(Binary) if node.operator not in SETS]
    return len(differences) == 1 and differences[0].operator == "-" and _is_now(differences[0])


def _is_now(difference: Binary) -> bool:
    return isinstance(difference.left, Call) and difference.left.name == _NOW


def _computes_only(query: Query, besides: set[str]) -> bool:
    """Whether nothing in a query changes what its values are."""
    names = {call.name for call in query.all(Call)} | {each.name for each in query.all(Aggregation)}
    sets_only = all(node.operator in SETS for node in query.all(Binary))
    return sets_only and names <= _KEEPING | besides

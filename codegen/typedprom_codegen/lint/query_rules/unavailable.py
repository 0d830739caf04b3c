"""TP523: a function or syntax that the project's Prometheus does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.query_features import features_of
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.promql.aggregations import AGGREGATIONS
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.functions import FUNCTIONS, RENAMED
from typedprom_codegen.promql.needs import ANY_PROMETHEUS, Needs
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.queries.checked import CheckedQuery, QueryOptions

CODE: Final = error(
    "TP523",
    "query-unavailable",
    """
    A query uses a function or syntax that the project's Prometheus does not have. The configuration
    states its version as `prometheus-version`, and its feature flags as `features`. Where it states
    neither, nothing is reported; with `features` alone, Prometheus is the newest one.

    ```toml
    prometheus-version = "2.42"
    ```

    Wrong:

    ```promql
    histogram_avg(rate(shop_db_latency_seconds[5m]))
    ```

    Right:

    ```promql
    histogram_sum(rate(shop_db_latency_seconds[5m]))
      / histogram_count(rate(shop_db_latency_seconds[5m]))
    ```
    """,
)

_OF_BUCKETS: Final = Needs((3, 4))
"""Before, `histogram_fraction` only took native histograms."""

_Used = tuple[str, Needs, Extent]


def check(_: Expression, query: CheckedQuery) -> Iterator[Finding]:
    """Report what needs another version, or a feature flag that is not stated."""
    options = query.options
    if options.version is None and not options.features:
        return
    for name, needs, extent in _used(query):
        found = _unmet(name, needs, options)
        if found is not None:
            yield Finding(found[0], extent, found[1])


def _used(query: CheckedQuery) -> Iterator[_Used]:
    for node in query.query.nodes:
        if isinstance(node, Call):
            function = FUNCTIONS.get(node.name)
            if function is not None and function.needs is not ANY_PROMETHEUS:
                yield f"`{node.name}`", function.needs, node.name_extent
            if node.name == "histogram_fraction" and query.type(node.arguments[-1]).buckets:
                yield f"`{node.name}` of a classic histogram", _OF_BUCKETS, node.name_extent
        elif isinstance(node, Aggregation):
            aggregator = AGGREGATIONS.get(node.name)
            if aggregator is not None and aggregator.needs is not ANY_PROMETHEUS:
                yield f"`{node.name}`", aggregator.needs, node.name_extent
    for feature, extent in features_of(query.query):
        yield feature.name, feature.needs, extent


def _unmet(name: str, needs: Needs, options: QueryOptions) -> tuple[str, str] | None:
    """The message and the help about what something lacks."""
    version = options.version
    if needs.until is not None and (version is None or version >= needs.until):
        renamed = RENAMED.get(name.strip("`"))
        until = _version(needs.until)
        help = f"use `{renamed}`" if renamed else "use another function"
        return f"{name} was removed in Prometheus {until}", help
    if version is not None and needs.version is not None and version < needs.version:
        return (
            f"{name} needs Prometheus {_version(needs.version)}, and the project states "
            f"{_version(version)}",
            "write the query without it, or state the newer version as `prometheus-version`",
        )
    missing = [flag for flag in needs.flags if flag not in options.features]
    is_stable = needs.stable is not None and (version is None or version >= needs.stable)
    if not missing or is_stable:
        return None
    return (
        f"{name} needs the feature flag `{missing[0]}`",
        "write the query without it, or list the flag in `features` if Prometheus runs with it",
    )


def _version(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


RULE: Final = QueryRule(CODE, on=Expression, check=check)

"""Alerts that Grafana manages: files for its provisioning, exports, and answers of its API."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.sources.dashboard_queries import title
from typedprom_codegen.sources.data_sources import (
    NO_QUERIES,
    PROMETHEUS,
    DataSources,
    may_be_promql,
)
from typedprom_codegen.sources.document import DocumentValue, StringPlace
from typedprom_codegen.sources.rule_queries import RuleQueries
from typedprom_codegen.sources.source_query import SourceQuery, Use

EXPRESSIONS: Final = frozenset({*NO_QUERIES, "-100"})
"""Data sources of steps that compute with the results of queries: reduce, math, threshold."""

_SOURCES: Final = DataSources({})


def is_grafana_alert(rule: DocumentValue) -> bool:
    """Whether a rule has queries as Grafana writes them, rather than an `expr`."""
    return any(True for _ in _data(rule).items())


def add_grafana_alert(rule: DocumentValue, found: RuleQueries) -> None:
    """Add the queries of a rule; those of other data sources are counted."""
    inner = rule["grafana_alert"] if rule["grafana_alert"].is_mapping else rule
    for query in _data(rule).items():
        _add(query, f"alert {title(inner['title'].text)}, query {query['refId'].text}", found)


def _data(rule: DocumentValue) -> DocumentValue:
    """The queries of a rule, in the two forms that Grafana has for it."""
    inner = rule["grafana_alert"]
    return inner["data"] if inner.is_mapping else rule["data"]


def _add(query: DocumentValue, subject: str, found: RuleQueries) -> None:
    uid, model = query["datasourceUid"], query["model"]
    if uid.text.lower() in EXPRESSIONS:
        return
    plugin = _SOURCES.plugin(model["datasource"], uid)
    if plugin in EXPRESSIONS:
        return
    expr = model["expr"]
    is_prometheus = plugin in PROMETHEUS if plugin else bool(expr.text) and may_be_promql(expr.text)
    if not is_prometheus:
        found.passed_over += 1
    elif expr.text.strip():
        found.queries.append(SourceQuery(expr.text, Use.ALERT, StringPlace(expr), subject))

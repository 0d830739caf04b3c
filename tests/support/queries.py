"""Checks queries against the catalog of `tests/lint/catalog/`, for tests of rules on queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from typedprom_codegen import packs
from typedprom_codegen.diagnostics import Diagnostic, Diagnostics, Span
from typedprom_codegen.lint.query_check import check_queries
from typedprom_codegen.lint.query_rule import QueryRule, all_query_rules
from typedprom_codegen.load import load
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.queries.checked import QueryOptions
from typedprom_codegen.queries.known import KnownSeries, known_series
from typedprom_codegen.resolve import resolve
from typedprom_codegen.sources.source_query import AlertRule, AlertText, SourceQuery, Use

CATALOG = Path(__file__).parents[1] / "lint" / "catalog"


@cache
def known(pack_names: tuple[str, ...] = (), target_labels: tuple[str, ...] = ()) -> KnownSeries:
    """Return the series of the tests' catalog, and of what Prometheus makes itself."""
    found = Diagnostics()
    catalog = resolve(load(CATALOG, CATALOG.parent, found), found)
    assert not found.has_errors, list(found)
    shipped = [packs.pack(name) for name in (*packs.ALWAYS, *pack_names)]
    return known_series(catalog, shipped, target_labels)


@dataclass(frozen=True)
class TextPlace:
    """The place of a text as a file of its own, whose path is the text."""

    text: str

    def span(self, extent: Extent) -> Span:
        return Span(self.text, 1, extent.start + 1, 1, extent.end + 1)


@dataclass(frozen=True)
class Case:
    """A query, where it is used, what the project states, and what should be found."""

    expr: str
    use: str = "panel"
    finds: Sequence[str] = ()  # messages
    at: Sequence[str] | str = ()  # the texts above the carets
    help: str = ""  # of the first finding
    alert: Mapping[str, Any] = field(default_factory=dict)  # for (seconds), labels, annotations
    interval: float | None = None
    heatmap: bool = False
    instant: bool = False
    generated: bool = False
    metric: str | None = None  # key of the metric whose panel it is on
    prometheus_version: str = ""  # "2.42"
    features: Sequence[str] = ()
    scrape_interval: float = 15.0
    packs: Sequence[str] = ()
    target_labels: Sequence[str] = ()
    newer: bool = False  # whether promql-parser does not know the syntax

    @property
    def texts(self) -> list[str]:
        """The texts above the carets."""
        return [self.at] if isinstance(self.at, str) else list(self.at)

    def options(self) -> QueryOptions:
        """Return what the project states."""
        if not self.prometheus_version:
            return QueryOptions(None, frozenset(self.features), self.scrape_interval)
        major, minor = map(int, self.prometheus_version.split("."))
        return QueryOptions((major, minor), frozenset(self.features), self.scrape_interval)

    def source(self) -> SourceQuery:
        """Return the query as it is read from a file."""
        alert = alert_rule(self.alert) if self.alert else None
        return SourceQuery(
            self.expr,
            Use.ALERT if alert else Use(self.use),
            TextPlace(self.expr),
            interval=self.interval,
            alert=alert,
            is_heatmap=self.heatmap,
            is_instant=self.instant,
            is_generated=self.generated,
            metric=self.metric,
        )


def alert_rule(alert: Mapping[str, Any]) -> AlertRule:
    """Return the alert of a case."""
    texts = [
        AlertText(name, text, key == "labels", TextPlace(text))
        for key in ("labels", "annotations")
        for name, text in alert.get(key, {}).items()
    ]
    return AlertRule(alert.get("alert", "Alert"), alert.get("for", 0.0), tuple(texts))


def diagnostics_of(case: Case, rules: Iterable[QueryRule[Any]] | None = None) -> list[Diagnostic]:
    """Return what these rules, or all, say about the query of a case."""
    series = known(tuple(case.packs), tuple(case.target_labels))
    applied = all_query_rules() if rules is None else rules
    return list(check_queries([case.source()], series, case.options(), applied))


def marked(diagnostic: Diagnostic) -> str:
    """Return the text above the carets."""
    span = diagnostic.span
    return span.path[span.column - 1 : span.end_column - 1]

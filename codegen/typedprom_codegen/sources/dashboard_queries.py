"""Collects the queries of a dashboard, whichever way it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from typedprom_codegen.sources.data_sources import (
    NO_QUERIES,
    PROMETHEUS,
    may_be_promql,
)
from typedprom_codegen.sources.document import DocumentValue, StringPlace
from typedprom_codegen.sources.source_query import SourceQuery, Use
from typedprom_codegen.sources.variable_queries import is_function, promql_of_variable

HEATMAP: Final = "heatmap"
"""The type of a panel, and the format of a target."""

_LONGEST_TITLE: Final = 60
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_INTERVAL: Final = re.compile(rf">?\s*(\d{{1,9}})({'|'.join(_SECONDS)})\s*", re.ASCII)
_NOT_ASKED: Final = frozenset({"refId", "datasource", "hide", "hidden"})


@dataclass(frozen=True, slots=True)
class WrittenTarget:
    """A query of a panel, as far as it is the same in all versions of dashboards."""

    query: DocumentValue  # with `expr`
    plugin: str | None  # of its data source, if known
    panel: str  # for people
    panel_type: str
    ref: str  # "A"
    is_hidden: bool
    interval: DocumentValue  # of the panel


@dataclass(slots=True)
class DashboardQueries:
    """The queries of Prometheus, and the number of those of other data sources."""

    queries: list[SourceQuery] = field(default_factory=list)
    passed_over: int = 0
    files: int = 0  # that are dashboards

    def add_target(self, target: WrittenTarget) -> None:
        """Add the query of a panel."""
        query = target.query
        if not self._is_promql(query, target.plugin):
            return
        hidden = " (hidden)" if target.is_hidden else ""
        self.queries.append(
            SourceQuery(
                query["expr"].text,
                Use.PANEL,
                StringPlace(query["expr"]),
                f"{target.panel}, target {target.ref}{hidden}",
                interval=_seconds(query["interval"], target.interval),
                is_heatmap=HEATMAP in (target.panel_type, query["format"].text),
                is_instant=query["instant"].is_true and not query["range"].is_true,
            )
        )

    def add_annotation(self, name: str, query: DocumentValue, plugin: str | None) -> None:
        """Add the query of an annotation."""
        if self._is_promql(query, plugin):
            expr = query["expr"]
            subject = f"annotation {title(name)}"
            self.queries.append(SourceQuery(expr.text, Use.ANNOTATION, StringPlace(expr), subject))

    def add_variable(self, name: str, query: DocumentValue, plugin: str | None) -> None:
        """Add the query of a variable: a string, or a mapping with one."""
        text = _text_of_variable(query)
        is_known = plugin in PROMETHEUS or (plugin is None and is_function(text.text))
        if not is_known:
            self.passed_over += bool(plugin or text.text)
        elif (found := promql_of_variable(text)) is not None:
            subject = f"variable {title(name)}"
            self.queries.append(SourceQuery(found.text, Use.VARIABLE, found.place, subject))

    def _is_promql(self, query: DocumentValue, plugin: str | None) -> bool:
        """Whether a query has PromQL; one of another data source is counted."""
        if plugin in NO_QUERIES:
            return False
        expr = query["expr"].text
        if _is_prometheus(plugin, expr) and (plugin is not None or expr):
            return bool(expr.strip())
        self.passed_over += plugin is not None or _asks(query)
        return False


def title(text: str) -> str:
    """A title or name in quotes, on one line, not too long."""
    line = " ".join(text.split())
    return f'"{line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1] + "…"}"'


def _is_prometheus(plugin: str | None, query: str) -> bool:
    return plugin in PROMETHEUS if plugin is not None else may_be_promql(query)


def _asks(query: DocumentValue) -> bool:
    """Whether there is more than the frame of a query that nobody wrote yet."""
    return isinstance(query.data, dict) and not query.data.keys() <= _NOT_ASKED


def _text_of_variable(query: DocumentValue) -> DocumentValue:
    """The string in the query of a variable. Version 2 has a key of its own for plain strings."""
    if not query.is_mapping:
        return query
    return next((text for key in _VARIABLE_KEYS if (text := query[key]).text), query["query"])


_VARIABLE_KEYS: Final = ("query", "__legacyStringValue")


def _seconds(*intervals: DocumentValue) -> float | None:
    """The first interval that is given as a duration, in seconds."""
    return next((found for each in intervals if (found := _duration(each.text))), None)


def _duration(text: str) -> float | None:
    match = _INTERVAL.fullmatch(text)
    return int(match[1]) * _SECONDS[match[2]] if match else None


def panel_subject(kind: str, name: str, number: DocumentValue) -> str:
    """A panel for people: `panel "CPU" (id 77)`."""
    given = number.data
    shown = f"(id {given})" if isinstance(given, int | str) and str(given).isdigit() else ""
    parts = [kind, title(name) if name.strip() else "", shown]
    return " ".join(part for part in parts if part)

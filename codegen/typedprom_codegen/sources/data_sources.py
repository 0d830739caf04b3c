"""Which of a dashboard's data sources are Prometheus."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from typedprom_codegen.promql.lexer import VARIABLE
from typedprom_codegen.sources.document import DocumentValue

PROMETHEUS: Final = frozenset(
    {
        "prometheus",
        "grafana-amazonprometheus-datasource",
        "grafana-azureprometheus-datasource",
    }
)
"""Plugins whose queries are PromQL."""

NO_QUERIES: Final = frozenset({"__expr__", "-- dashboard --", "-- grafana --", "grafana"})
"""Data sources inside of Grafana: expressions, results of other panels, annotations."""

_MIXED: Final = frozenset({"-- mixed --", "mixed"})  # each target has its own
_BUILT_IN: Final = "datasource"  # the type of Grafana's own: mixed, dashboard, grafana
_NAMED_AFTER_PLUGIN: Final = frozenset({"prometheus", "loki", "influxdb", "elasticsearch"})
_VARIABLE_NAME: Final = re.compile(r"\w+", re.ASCII)
_IN_QUOTES: Final = re.compile(
    r'"(?:[^"\\]|\\.)*+"|`[^`]*`|\'(?:[^\'\\]|\\.)*+\'|#[^\n]*|(["\'`].*)', re.DOTALL
)


class DataSources:
    """The plugins of the data sources that a dashboard refers to by variables."""

    def __init__(self, plugins: Mapping[str, str]) -> None:
        """`plugins` has the plugin for each variable of the type data source."""
        self._plugins = plugins

    def plugin(self, *references: DocumentValue) -> str | None:
        """The plugin that the first reference which says it names; None if none does."""
        return next((plugin for each in references if (plugin := self._plugin(each))), None)

    def _plugin(self, reference: DocumentValue) -> str | None:
        if not reference.is_mapping:
            return self._named(reference.text)
        plugin = reference["type"].text.lower()
        if plugin and plugin != _BUILT_IN and not re.match(VARIABLE, plugin):
            return None if plugin in _MIXED else plugin
        return self._named(reference["uid"].text or reference["name"].text)

    def _named(self, name: str) -> str | None:
        """The plugin of a data source that is given by a variable, its name, or its id."""
        word = _VARIABLE_NAME.search(name)
        if word is not None and re.fullmatch(VARIABLE, name, re.ASCII):
            return self._plugins.get(word[0])
        plain = name.lower()
        return plain if plain in NO_QUERIES or plain in _NAMED_AFTER_PLUGIN else None


def plugins_of(variables: Mapping[str, str]) -> dict[str, str]:
    """Variables of the type data source by name, with their plugins in lower case."""
    return {name: plugin.lower() for name, plugin in variables.items() if name and plugin}


def may_be_promql(text: str) -> bool:
    """Whether a query of an unknown data source is PromQL: in LogQL and the like are pipes."""
    return "|" not in _IN_QUOTES.sub(r"\1", text)  # what follows an open quote is not in quotes

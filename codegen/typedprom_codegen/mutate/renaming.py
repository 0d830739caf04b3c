"""Other names of recorded metrics and alerts, in queries and in the labels of their results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from typedprom_codegen.mutate.readings import ALERT_NAME, OF_ALERTS, alert_key, readings_of
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.parser import parsed
from typedprom_codegen.promql.query import Query
from typedprom_codegen.promql.rewrite import Edit, apply, insertion


class CannotRenameError(Exception):
    """A name stands where we cannot write another one."""


class Renaming(NamedTuple):
    """What is appended to the names of some metrics and alerts, which are given by their keys."""

    keys: frozenset[str]
    suffix: str

    def in_query(self, text: str) -> str:
        """A query that reads the same under the other names. Raises CannotRenameError."""
        query = parsed(text)
        if query is None:
            raise CannotRenameError
        renamed = apply(query, self._edits(query))
        wanted = {key + self.suffix if key in self.keys else key for key in readings_of(query).keys}
        if readings_of(parsed(renamed)).keys != wanted:
            raise CannotRenameError
        return renamed

    def in_labels(self, text: str) -> str:
        """The labels of a result, with its other name."""
        query = parsed(text)
        return text if query is None else apply(query, self._edits(query))

    def _edits(self, query: Query) -> set[Edit]:
        return {
            edit for node in query.all(Selector) for edit in self._of_selector(query.text, node)
        }

    def _of_selector(self, text: str, node: Selector) -> Iterator[Edit]:
        if node.name in self.keys:
            yield self._longer(text, node.name_extent)
        for matcher in node.matchers if node.name in OF_ALERTS else ():
            is_name = matcher.label.name == ALERT_NAME and matcher.operator == "="
            if is_name and alert_key(matcher.value) in self.keys:
                yield self._longer(text, matcher.value_extent)

    def _longer(self, text: str, extent: Extent) -> Edit:
        """Append to a name, with or without quotes."""
        is_quoted = text[extent.end - 1] in "\"'`"
        at = extent.end - 1 if is_quoted else extent.end
        return insertion(at, self.suffix)

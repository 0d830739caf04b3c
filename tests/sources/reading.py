"""Reads dashboards for tests, and shows where queries stand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from typedprom_codegen.diagnostics import Diagnostic, Diagnostics, Span
from typedprom_codegen.load.file_text import LINE_BREAK
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.sources.dashboard_files import queries_of_dashboards
from typedprom_codegen.sources.dashboard_queries import DashboardQueries
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.source_query import SourceQuery


@dataclass(frozen=True)
class Read:
    """The queries of files and what was reported."""

    queries: DashboardQueries
    problems: list[Diagnostic]

    @property
    def texts(self) -> dict[str, str]:
        """The query of each subject."""
        return {query.subject: query.text for query in self.queries.queries}


def read(*files: Path) -> Read:
    """Read files as dashboards."""
    found = Diagnostics()
    queries = queries_of_dashboards([FoundFile(str(file), file) for file in files], found)
    return Read(queries, list(found))


def covered(span: Span) -> str:
    """Return the text that a span covers."""
    text = Path(span.path).read_bytes().decode("utf-8-sig")
    starts = [0, *(found.end() for found in LINE_BREAK.finditer(text))]
    start = starts[span.line - 1] + span.column - 1
    return text[start : starts[span.end_line - 1] + span.end_column - 1]


def shown_in_json(query: SourceQuery, word: str) -> Iterable[str]:
    """Return what stands in the file at each occurrence of a word of the query, decoded."""
    at = query.text.find(word)
    while at >= 0:
        yield json.loads(f'"{covered(query.place.span(Extent(at, at + len(word))))}"')
        at = query.text.find(word, at + 1)

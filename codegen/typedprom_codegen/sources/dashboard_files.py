"""Reads dashboards of every version: files, exports, answers of the API, and resources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from typedprom_codegen.codes.query_files import DASHBOARD_SYNTAX, NOT_A_DASHBOARD
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.sources.classic_dashboards import add_classic, add_library_panel
from typedprom_codegen.sources.dashboard_queries import DashboardQueries
from typedprom_codegen.sources.document import Document, DocumentValue
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.json_text import JsonDocument, JsonSyntaxError
from typedprom_codegen.sources.lines import Lines
from typedprom_codegen.sources.query_file_text import text_of
from typedprom_codegen.sources.v2_dashboards import add_v2

SUFFIXES: Final = (".json",)
"""Of the files that a folder stands for."""

_GROUP: Final = "dashboard.grafana.app/"  # of resources, before the version
_CLASSIC_KEYS: Final = ("panels", "rows", "schemaVersion", "templating")


def queries_of_dashboards(files: Iterable[FoundFile], found: Diagnostics) -> DashboardQueries:
    """The queries of all these files. What is no dashboard is reported."""
    queries = DashboardQueries()
    for file in files:
        documents = _read(file, found)
        roots = [DocumentValue(document, (), document.data) for document in documents or ()]
        added = [_add(root, queries) for root in roots]  # of YAML, each document
        queries.files += any(added)
        if documents is not None and not any(added):
            found.report(
                NOT_A_DASHBOARD,
                f"`{file.shown}` is not a dashboard of Grafana",
                Span(file.shown, 1, 1, 1, 2),
                help="use a pattern that matches dashboards and library panels only",
            )
    return queries


def _read(file: FoundFile, found: Diagnostics) -> list[Document] | None:
    """The documents of a file; None if it cannot be read, which is reported."""
    text = text_of(file, found)
    if text is None:
        return None
    try:
        return [JsonDocument(file.shown, text)]
    except JsonSyntaxError as problem:
        found.report(
            DASHBOARD_SYNTAX,
            f"not JSON: {problem.message}",
            Lines(text).span(file.shown, problem.offset, min(problem.offset + 1, len(text))),
            help="export the dashboard again, or mend the file",
        )
        return None


def _add(root: DocumentValue, found: DashboardQueries) -> bool:
    """Add the queries of a dashboard in whatever is around it; False if there is none."""
    if root["apiVersion"].text.startswith(_GROUP):
        return _add_resource(root, found)
    if root["dashboard"].is_mapping:  # an answer of the API, or a request
        root = root["dashboard"]
    if root["result"]["model"].is_mapping:
        root = root["result"]
    return _add_bare(root, found)


def _add_resource(root: DocumentValue, found: DashboardQueries) -> bool:
    if root["kind"].text == "LibraryPanel":
        add_library_panel(root["spec"], "", found)
        return True
    return _add_bare(root["spec"], found)


def _add_bare(root: DocumentValue, found: DashboardQueries) -> bool:
    if root["elements"].is_mapping:
        add_v2(root, found)
    elif root["model"].is_mapping:
        add_library_panel(root["model"], root["name"].text, found)
    elif any(root[key].data is not None for key in _CLASSIC_KEYS):
        add_classic(root, found)
    else:
        return False
    return True

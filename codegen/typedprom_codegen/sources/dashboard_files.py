"""Reads dashboards of every version: files, exports, answers of the API, and resources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from typedprom_codegen.codes.checked_files import NOT_A_DASHBOARD
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.sources.classic_dashboards import add_classic, add_library_panel
from typedprom_codegen.sources.dashboard_queries import DashboardQueries
from typedprom_codegen.sources.document import DocumentValue
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.query_documents import documents_of, is_provisioning
from typedprom_codegen.sources.v2_dashboards import add_v2

_GROUP: Final = "dashboard.grafana.app/"  # of resources, before the version
_LIST_KIND: Final = "List"
_CLASSIC_KEYS: Final = ("panels", "rows", "schemaVersion", "templating")


def queries_of_dashboards(files: Iterable[FoundFile], found: Diagnostics) -> DashboardQueries:
    """The queries of all these files. What is no dashboard is reported."""
    queries = DashboardQueries()
    for file in files:
        documents = documents_of(file, found)
        roots = [DocumentValue(document, (), document.data) for document in documents or ()]
        added = [_add(root, queries) for root in roots]  # of YAML, each document
        queries.files += any(added)
        if documents is not None and not any(added) and not any(map(is_provisioning, roots)):
            found.report(
                NOT_A_DASHBOARD,
                f"`{file.shown}` is not a dashboard of Grafana",
                Span(file.shown, 1, 1, 1, 2),
                help="use a pattern that matches dashboards and library panels only",
            )
    return queries


def _add(root: DocumentValue, found: DashboardQueries) -> bool:
    """Add the queries of a dashboard, or of a list of resources; False if there is none."""
    if root["kind"].text.endswith(_LIST_KIND):
        return sum(_add_one(item, found) for item in root["items"].items()) > 0
    return _add_one(root, found)


def _add_one(root: DocumentValue, found: DashboardQueries) -> bool:
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

"""The files of others that a run checks: dashboards and rule files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.sources import dashboard_files
from typedprom_codegen.sources.dashboard_files import queries_of_dashboards
from typedprom_codegen.sources.dashboard_queries import DashboardQueries
from typedprom_codegen.sources.file_patterns import FoundFile, found_files
from typedprom_codegen.sources.source_query import SourceQuery


@dataclass(frozen=True, slots=True)
class QueryFiles:
    """Files, by what they are read as."""

    project: Path
    dashboards: tuple[FoundFile, ...] = ()

    def was_read(self, shown: str) -> bool:
        """Whether a file is one of these, or is not there any more."""
        is_one = any(file.shown == shown for file in self.dashboards)
        return is_one or not os.path.lexists(self.project / shown)


def named_files(project: Path, dashboards: tuple[str, ...]) -> QueryFiles:
    """The files that these patterns match. Raises PatternError for one that matches nothing."""
    return QueryFiles(
        project,
        tuple(found_files(project, dashboards, "--dashboards", dashboard_files.SUFFIXES)),
    )


@dataclass(frozen=True, slots=True)
class FileQueries:
    """The queries of files."""

    dashboards: DashboardQueries

    def all(self) -> Iterator[SourceQuery]:
        """The queries of all files."""
        yield from self.dashboards.queries


def read_queries(files: QueryFiles, found: Diagnostics) -> FileQueries:
    """Read all these files. What cannot be read is reported, and the rest is returned."""
    return FileQueries(queries_of_dashboards(files.dashboards, found))

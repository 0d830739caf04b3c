"""The files of others that a run checks: dashboards and rule files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.sources.dashboard_files import queries_of_dashboards
from typedprom_codegen.sources.dashboard_queries import DashboardQueries
from typedprom_codegen.sources.file_patterns import FoundFile, found_files
from typedprom_codegen.sources.query_documents import SUFFIXES
from typedprom_codegen.sources.rule_files import queries_of_rules
from typedprom_codegen.sources.rule_queries import RuleQueries
from typedprom_codegen.sources.source_query import SourceQuery


@dataclass(frozen=True)
class QueryFiles:
    """Files, by what they are read as."""

    project: Path
    dashboards: tuple[FoundFile, ...] = ()
    rules: tuple[FoundFile, ...] = ()

    def was_read(self, shown: str) -> bool:
        """Whether a file is one of these, or is not there any more."""
        return shown in self._shown or not os.path.lexists(self.project / shown)

    @cached_property
    def _shown(self) -> frozenset[str]:
        return frozenset(file.shown for file in (*self.dashboards, *self.rules))


def named_files(project: Path, dashboards: Iterable[str], rules: Iterable[str]) -> QueryFiles:
    """The files that these patterns match. Raises PatternError for one that matches nothing."""
    return QueryFiles(
        project,
        tuple(found_files(project, dashboards, "--dashboards", SUFFIXES)),
        tuple(found_files(project, rules, "--rules", SUFFIXES)),
    )


@dataclass(frozen=True, slots=True)
class FileQueries:
    """The queries of files."""

    dashboards: DashboardQueries
    rules: RuleQueries

    @property
    def passed_over(self) -> int:
        """The number of queries that are not PromQL."""
        return self.dashboards.passed_over + self.rules.passed_over

    def all(self) -> Iterator[SourceQuery]:
        """The queries of all files."""
        yield from self.dashboards.queries
        yield from self.rules.queries


def read_queries(files: QueryFiles, found: Diagnostics) -> FileQueries:
    """Read all these files. What cannot be read is reported, and the rest is returned."""
    dashboards = queries_of_dashboards(files.dashboards, found)
    return FileQueries(dashboards, queries_of_rules(files.rules, found))

"""Checks experts' queries against what real servers expose; each finding must be accounted for."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from proofs.queries.accounts import ACCOUNTS, Account
from proofs.queries.conversion import pack
from proofs.queries.expositions import Metrics, of_programs, of_servers
from proofs.queries.published import PUBLISHED, VARIABLE, Published
from proofs.support.section import Section
from proofs.support.tables import table
from typedprom_codegen import packs
from typedprom_codegen.diagnostics import Diagnostic, Diagnostics
from typedprom_codegen.lint.query_check import check_queries
from typedprom_codegen.lint.rules_in_use import every_rule
from typedprom_codegen.queries.checked import QueryOptions
from typedprom_codegen.queries.known import KnownSeries, known_series
from typedprom_codegen.sources.dashboard_files import queries_of_dashboards
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.rule_files import queries_of_rules

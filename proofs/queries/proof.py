"""Checks experts' queries against what real servers expose; each finding must be accounted for."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from proofs.queries.accounts import ACCOUNTS, Account
from proofs.queries.conversion import catalog, pack_without_labels
from proofs.queries.expositions import Metrics, of_programs, of_servers
from proofs.queries.published import PUBLISHED, VARIABLE, Published
from proofs.support.section import Section
from proofs.support.tables import table
from tools.exposed import Exposed
from typedprom_codegen import packs
from typedprom_codegen.diagnostics import Diagnostic, Diagnostics
from typedprom_codegen.lint.query_check import check_queries
from typedprom_codegen.lint.rules_in_use import every_rule
from typedprom_codegen.queries.checked import QueryOptions
from typedprom_codegen.queries.known import KnownSeries, known_series
from typedprom_codegen.queries.recorded import with_recorded
from typedprom_codegen.sources.dashboard_files import queries_of_dashboards
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.rule_files import queries_of_rules

_PROGRAMS = frozenset({"django", "synapse"})


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found in queries that belong together, each finding with its account if any."""

    published: Published
    queries: int
    findings: Mapping[Diagnostic, Account | None]

    def row(self) -> list[str]:
        """Return it as a row of the table."""
        true = sum(account is not None for account in self.findings.values())
        codes = Counter(finding.code.id for finding in self.findings)
        words = ", ".join(f"{count} {code}" for code, count in sorted(codes.items()))
        return [
            self.published.name,
            f"{self.queries}",
            f"{len(self.findings)}",
            f"{true}",
            f"{len(self.findings) - true}",
            words,
        ]

    def failures(self) -> Iterator[str]:
        """Yield each finding without an account, and each account without a finding."""
        name = self.published.name
        for finding, account in self.findings.items():
            if account is None:
                yield f"{name}: {finding.span}: {finding.code.id} {finding.message}"
        used = {*self.findings.values()}
        for account in ACCOUNTS:
            if account.published == name and account not in used:
                yield f"{name}: nothing is found for the account {account.code} {account.about}"


def judged(published: Published, metrics: Mapping[str, Metrics], folder: Path) -> Judged:
    """Check the queries of one source with all rules."""
    found = Diagnostics()
    dashboards = queries_of_dashboards(_files(published, published.dashboards), found)
    rules = queries_of_rules(_files(published, published.rules), found)
    queries = [*dashboards.queries, *rules.queries]
    known = with_recorded(_known(published, metrics, folder), queries)
    found.extend(check_queries(queries, known, QueryOptions(), every_rule().on_queries))
    accounts = {finding: _account(published.name, finding) for finding in found}
    return Judged(published, len(queries), accounts)


def _files(published: Published, patterns: tuple[str, ...]) -> list[FoundFile]:
    return [FoundFile(path.name, path) for path in published.files(patterns)]


def _account(published: str, finding: Diagnostic) -> Account | None:
    return next((one for one in ACCOUNTS if one.covers(published, finding)), None)


def _known(published: Published, metrics: Mapping[str, Metrics], folder: Path) -> KnownSeries:
    """What is known of the metrics that these queries ask for."""
    exposed: dict[str, Exposed] = {}
    for name in published.exposed_by:
        exposed.update({key: one for key, one in metrics[name].items() if key not in exposed})
    folder.mkdir()
    return known_series(
        catalog(exposed.values(), folder),
        [pack_without_labels("exposed", exposed.values()), *packs.in_use(published.packs)],
        published.target_labels,
    )


def prove() -> Section:
    """Judge all queries that are there."""
    present = [one for one in PUBLISHED if [*one.files(one.dashboards + one.rules)]]
    with tempfile.TemporaryDirectory(prefix="queries-") as name:
        folder = Path(name)
        metrics = dict(of_servers(folder))
        if any(_PROGRAMS.intersection(one.exposed_by) for one in present):
            metrics |= of_programs(folder)
        results = [
            judged(one, metrics, folder / f"catalog-{number}") for number, one in enumerate(present)
        ]
    head = ["published", "queries", "findings", "true", "false", "codes"]
    text = table(head, [result.row() for result in results])
    return Section(
        "Experts' queries: what is found, and whether it is true",
        "\n\n".join(filter(None, [text, _reasons(results), _left_out(present)])),
        [failure for result in results for failure in result.failures()],
    )


def _reasons(results: Sequence[Judged]) -> str:
    """Return why findings are true, a line for each account."""
    counts: Counter[Account] = Counter()
    for result in results:
        counts.update(filter(None, result.findings.values()))
    return "\n".join(
        f"- {account.published or 'everywhere'}, {count} {account.code}"
        f"{account.about and f' about {account.about}'}: {account.reason}"
        for account, count in sorted(counts.items())
    )


def _left_out(present: Sequence[Published]) -> str:
    absent = [one.name for one in PUBLISHED if one not in present]
    return f"Left out, since `{VARIABLE}` has no {', '.join(absent)}." if absent else ""

"""Our parser compared with that of a real Prometheus: promtool, of Debian's release."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.compiler.promql_strategies import PIECES, broken, instant, newer
from tests.support.needs import require_servers
from tests.support.promql import evaluated, refusal
from tools.servers import program
from typedprom_codegen.diagnostics import Span
from typedprom_codegen.lint.query_rules.unavailable import RULE
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.patterns import problem
from typedprom_codegen.queries.checked import CheckedQuery, QueryOptions
from typedprom_codegen.queries.infer import types_of
from typedprom_codegen.queries.known import KnownSeries
from typedprom_codegen.sources.source_query import SourceQuery, Use

STRICTER: Final = ("the range comes before `offset` and `@`",)
"""Prometheus before 3 accepts `x @ end() [5m]`, and ignores the time."""

COMMENT_IN_RANGE: Final = re.compile(r"\[[^\]]*#")
"""Prometheus 2 refuses a comment between brackets."""


def test_what_prometheus_refuses_is_what_we_refuse_or_say_to_need_another_version(
    tmp_path: Path,
) -> None:
    queries = [*evaluated(), *drawn(instant(), 150), *drawn(newer(), 150)]
    queries += [query for query in drawn(broken(instant()), 300) if refusal(query) is None]
    refused = refused_by_prometheus(tmp_path, queries)
    ours = {query for query in queries if refusal(query) is not None or needs_another(query)}
    assert [query for query in ours ^ refused if not COMMENT_IN_RANGE.search(query)] == []


def test_what_we_refuse_prometheus_refuses(tmp_path: Path) -> None:
    queries = drawn(broken(st.one_of(instant(), broken(instant(1)))), 600)
    ours = {query for query in queries if refusal(query) not in {None, *STRICTER}}
    assert ours - refused_by_prometheus(tmp_path, queries) == set()


def test_patterns_that_we_refuse_are_refused_by_prometheus(tmp_path: Path) -> None:
    patterns = drawn(st.lists(st.sampled_from(PIECES), max_size=5).map("".join), 2000)
    queries = {f"x{{a=~`{pattern}`}}" for pattern in patterns if problem(pattern)}
    assert len(queries) > 100
    assert queries - refused_by_prometheus(tmp_path, list(queries)) == set()


def needs_another(query: str) -> bool:
    """Whether we say that a query needs something that this Prometheus does not have."""
    parsed = parse(query)
    source = SourceQuery(query, Use.PANEL, _Nowhere())
    known = KnownSeries({}, frozenset())
    checked = CheckedQuery(parsed, types_of(parsed, known), source, known, _options())
    return any(True for _ in RULE.check(parsed.root, checked))


def drawn(strategy: st.SearchStrategy[str], count: int) -> list[str]:
    """Return generated queries without Grafana's variables, which promtool does not know."""
    found: set[str] = set()

    @settings(max_examples=count, deadline=None, suppress_health_check=[*HealthCheck])
    @given(strategy)
    def collect(query: str) -> None:
        if query and not re.search(r"\$|\[\[|\0", query):
            found.add(query)

    collect()
    return sorted(found)


def refused_by_prometheus(folder: Path, queries: list[str]) -> set[str]:
    """Return those queries that promtool refuses in a rule file."""
    require_servers()
    path = folder / "rules.yml"
    rules = [{"record": f"r:{number}", "expr": query} for number, query in enumerate(queries)]
    path.write_text(json.dumps({"groups": [{"name": "g", "rules": rules}]}), encoding="utf-8")
    command = [str(program("promtool")), "check", "rules", "--lint=none", str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    said = ended.stdout + ended.stderr
    found = {int(number) for number in re.findall(r'"r:(\d+)": could not parse expression', said)}
    assert found or "SUCCESS" in said, said
    return {queries[number] for number in found}


@cache
def _options() -> QueryOptions:
    command = [str(program("promtool")), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"version (\d+)\.(\d+)", said)
    if found is None:
        pytest.fail(said)
    return QueryOptions((int(found[1]), int(found[2])))


class _Nowhere:
    def span(self, extent: Extent) -> Span:
        raise NotImplementedError

"""Queries: time of reading, typing and checking 10,000 of them, by the size of the catalog.

All rules apply. The queries have 30 tokens on average and are all different, so that nothing is
read twice. Below: the time of reading alone, beside promql-parser, which is written in Rust.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from time import perf_counter

import promql_parser

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.ir import MetricType
from typedprom_codegen.lint.query_check import check_queries
from typedprom_codegen.lint.rules_in_use import every_rule
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.lexer import Tokens
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.queries.checked import QueryOptions
from typedprom_codegen.queries.known import (
    TARGET_LABELS,
    KnownMetric,
    KnownSeries,
    Series,
    series_of,
)
from typedprom_codegen.sources.source_query import SourceQuery, Use

QUERIES = 10_000
SIZES = (100, 10_000)  # metrics of the catalog
ROUNDS = 3
TARGET_SECONDS = 3.0
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "promql-expressions.jsonl"

OUTCOMES = frozenset({"ok", "timeout", "refused", "error"})
KINDS = (
    ("requests_{n}_total", MetricType.COUNTER, None),
    ("request_{n}_duration_seconds", MetricType.HISTOGRAM, "seconds"),
    ("queue_{n}_bytes", MetricType.GAUGE, "bytes"),
)
FORMS = (
    'sum by (source_id) (rate(bench_requests_{a}_total{{outcome!="ok", job="{job}"}}[5m])) '
    "/ sum by (source_id) (rate(bench_requests_{a}_total[5m]))",
    "histogram_quantile(0.95, sum by (le, source_id) "
    '(rate(bench_request_{b}_duration_seconds_bucket{{outcome="error", job="{job}"}}[5m])))',
    "sum by (source_id, job) (bench_queue_{c}_bytes) "
    '/ on (job) group_left () sum by (job) (bench_queue_{c}_bytes{{job="{job}"}})',
    'increase(bench_requests_{a}_total{{outcome="timeout", job="{job}"}}[1h]) * on (source_id) '
    "group_left () max by (source_id) (bench_queue_{c}_bytes) > 10",
    "label_replace(avg_over_time(bench_queue_{c}_bytes{{"
    'job="{job}", source_id=~"a.+"}}[10m]), "source", "$1", "source_id", "(.+)")',
)
"""Queries as people write them; `bench_…` are the names that `KINDS` gives."""


class Nowhere:
    """The place of a query that is in no file."""

    def span(self, extent: Extent) -> Span:
        """A span, since there is no file."""
        return Span("", 1, extent.start + 1, 1, extent.end + 1)


@dataclass(frozen=True, slots=True)
class Read:
    """The time of reading the same queries, in seconds a query."""

    queries: int
    ours: float
    theirs: float


def series(metrics: int) -> KnownSeries:
    """The series of a catalog with this number of metrics, of three types."""
    labels = {"source_id": None, "outcome": OUTCOMES}
    by_name: dict[str, Series] = {}
    known: dict[str, KnownMetric] = {}
    for number in range(metrics):
        form, kind, unit = KINDS[number % len(KINDS)]
        name = f"bench_{form.format(n=number // len(KINDS))}"
        buckets = (0.1, 0.5, 1.0, 5.0) if kind is MetricType.HISTOGRAM else None
        metric = KnownMetric(
            name=name,
            type=kind,
            unit=unit,
            labels=labels,
            buckets=buckets,
            is_native=False,
            is_whole=True,
            origin="the benchmark",
            declared=None,
        )
        known[name] = metric
        by_name.update((one.name, one) for one in series_of(metric))
    return KnownSeries(by_name, frozenset(TARGET_LABELS), metrics=known)


def queries(metrics: int) -> Iterator[str]:
    """Queries of that catalog's metrics, without end, all different."""
    each = metrics // len(KINDS)
    number = 0
    while True:
        a, b, c = number % each, (number * 7) % each, (number * 11) % each
        form = FORMS[number % len(FORMS)]
        yield form.format(a=a, b=b, c=c, job=f"job-{number}")
        number += 1


def tokens(texts: Sequence[str]) -> float:
    """How many tokens queries have on average, without the end."""
    return sum(len(Tokens(text).kinds) - 1 for text in texts) / len(texts)


def seconds_of_check(texts: Sequence[str], known: KnownSeries) -> float:
    """The time of checking these queries with all rules."""
    place, rules = Nowhere(), every_rule().on_queries
    sources = [SourceQuery(text, Use.PANEL, place) for text in texts]
    parse.cache_clear()
    started = perf_counter()
    for _ in check_queries(sources, known, QueryOptions(), rules):
        pass
    return perf_counter() - started


def compare(texts: Sequence[str]) -> Read:
    """Read every query that both parsers accept, in turns; the best of several counts."""
    both = [text for text in texts if _accepted(text, promql_parser.parse)]
    both = [text for text in both if _accepted(text, parse)]
    ours = theirs = float("inf")
    for _ in range(ROUNDS):
        parse.cache_clear()
        ours = min(ours, _seconds(parse, both))
        theirs = min(theirs, _seconds(promql_parser.parse, both))
    return Read(len(both), ours / len(both), theirs / len(both))


def _accepted(text: str, read: Callable[[str], object]) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _seconds(read: Callable[[str], object], texts: Sequence[str]) -> float:
    started = perf_counter()
    for text in texts:
        read(text)
    return perf_counter() - started


def shared_expressions() -> list[str]:
    """The expressions of Prometheus' own tests, if they are beside the checkout."""
    if not SHARED.is_file():
        return []
    lines = SHARED.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["expr"] for line in lines]


def _print_reading(name: str, texts: Sequence[str]) -> None:
    read = compare(texts)
    print(
        f"{name:36}{read.queries:8,}{read.ours * 1e6:11.1f} µs{read.theirs * 1e6:14.1f} µs"
        f"{read.ours / read.theirs:8.1f}"
    )


def main() -> None:
    """Print the time of checking by size of the catalog, and of reading beside promql-parser."""
    rules = len(every_rule().on_queries)
    print(f"checking {QUERIES:,} queries with {rules} rules")
    print(f"{'metrics':>9}{'tokens':>9}{'seconds':>10}{'target':>9}{'a query':>12}")
    for metrics in SIZES:
        known, texts = series(metrics), list(islice(queries(metrics), QUERIES))
        best = min(seconds_of_check(texts, known) for _ in range(ROUNDS))
        print(
            f"{metrics:9,}{tokens(texts):9.1f}{best:10.2f}{TARGET_SECONDS:9.0f}"
            f"{best / QUERIES * 1e6:9.0f} µs"
        )
    print(f"\nreading alone, beside promql-parser {version('promql-parser')}")
    print(f"{'':36}{'queries':>8}{'typedprom':>14}{'promql-parser':>17}{'ratio':>8}")
    _print_reading("queries of the benchmark", list(islice(queries(1000), QUERIES)))
    if shared := shared_expressions():
        _print_reading("expressions of Prometheus' tests", shared)
    else:
        print("left out: expressions of Prometheus' tests, which are not beside the checkout")


if __name__ == "__main__":
    main()

"""Metrics that recording rules make have the types of the rules' expressions."""

from __future__ import annotations

from pathlib import Path

from tests.support.catalogs import compiled, with_metrics
from typedprom_codegen.diagnostics import Span
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.queries.known import KnownSeries, Recorded, known_series
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.recorded import with_recorded
from typedprom_codegen.sources.source_query import RecordedMetric, SourceQuery, Use

METRICS = """\
  placed: {type: counter, help: Placed.}
  packing: {type: histogram, unit: seconds, help: Packing.}
"""
RATE = "sum by (job) (rate(shop_orders_placed_total[5m]))"


class Nowhere:
    def span(self, extent: Extent) -> Span:
        return Span("rules.yaml", 1, extent.start + 1, 1, extent.end + 1)


def known(folder: Path, *rules: tuple[str, str, tuple[str, ...]]) -> KnownSeries:
    queries = [
        SourceQuery(expr, Use.RECORD, Nowhere(), record=RecordedMetric(name, labels))
        for name, expr, labels in rules
    ]
    return with_recorded(known_series(compiled(folder, with_metrics(METRICS)).catalog), queries)


def recorded(found: KnownSeries, name: str) -> Recorded:
    made = found.by_name[name].metric.recorded
    assert made is not None
    return made


def test_a_rule_says_what_its_metric_is(tmp_path: Path) -> None:
    made = recorded(known(tmp_path, ("job:placed:rate", RATE, ("team",))), "job:placed:rate")
    assert made.meaning is Meaning.RATE
    assert made.labels.possible == {"job", "team"}
    assert not made.labels.is_open


def test_rules_can_use_each_other_in_any_order(tmp_path: Path) -> None:
    found = known(
        tmp_path,
        ("c", "b * 2", ()),
        ("b", "sum(a)", ()),
        ("a", RATE, ()),
    )
    assert recorded(found, "a").labels.possible == {"job"}
    assert recorded(found, "b").labels.possible == frozenset()
    assert recorded(found, "c").labels.possible == frozenset()


def test_of_rules_that_use_each_other_in_a_circle_nothing_is_known(tmp_path: Path) -> None:
    found = known(tmp_path, ("a", "label_replace(b, 'x', '1', '', '')", ()), ("b", "a + 1", ()))
    assert recorded(found, "a").labels.is_open
    assert recorded(found, "a").meaning is Meaning.UNKNOWN


def test_two_rules_of_one_metric(tmp_path: Path) -> None:
    one = ("x:y", RATE, ("a",))
    other = ("x:y", "histogram_quantile(0.9, rate(shop_orders_packing_seconds_bucket[5m]))", ())
    made = recorded(known(tmp_path, one, other), "x:y")
    assert made.meaning is Meaning.UNKNOWN
    assert made.unit is None
    assert made.labels.possible == {"job", "a", "instance", "exported_job", "exported_instance"}
    assert made.labels.sure <= {"job"}


def test_a_rule_that_is_not_promql_makes_an_unknown_metric(tmp_path: Path) -> None:
    assert recorded(known(tmp_path, ("x:y", "sum(", ())), "x:y") == Recorded()


def test_a_declared_metric_stays_as_it_is(tmp_path: Path) -> None:
    found = known(tmp_path, ("shop_orders_placed_total", "vector(1)", ()))
    assert found.by_name["shop_orders_placed_total"].metric.recorded is None

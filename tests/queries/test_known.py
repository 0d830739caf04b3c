"""The series that queries can use: of each type of metric, of packs, of recording rules."""

from __future__ import annotations

from pathlib import Path

from tests.support.catalogs import HEADER, compiled
from typedprom_codegen import packs
from typedprom_codegen.ir import Catalog
from typedprom_codegen.queries.known import KnownSeries, SeriesPart, known_series

METRICS = """\
component: {name: orders, title: Orders}
labels:
  how: {help: How., domain: {kind: closed, values: [web, phone]}}
  who: {help: Who., domain: {kind: open, budget: 9}}
metrics:
  placed: {type: counter, help: Placed., labels: [how]}
  packing: {type: histogram, unit: seconds, help: Packing., labels: [who]}
  pause: {type: summary, unit: seconds, help: Of another., emitted: false}
  wait: {type: histogram, native: true, help: Of another., emitted: false}
  depth: {type: unknown, help: Of another., emitted: false}
  others: {type: histogram, help: Of another., emitted: false}
"""


def catalog(folder: Path) -> Catalog:
    return compiled(folder, {"catalog.yaml": HEADER, "orders.yaml": METRICS}).catalog


def parts(known: KnownSeries, name: str) -> dict[str, SeriesPart]:
    """The series of a metric, with their parts."""
    found = [series for series in known.by_name.values() if series.metric.name == name]
    return {series.name.removeprefix(name): series.part for series in found}


def test_each_type_of_metric_has_its_series(tmp_path: Path) -> None:
    known = known_series(catalog(tmp_path))
    counted = {"_sum": SeriesPart.SUM, "_count": SeriesPart.COUNT, "_created": SeriesPart.CREATED}
    buckets = {"_bucket": SeriesPart.BUCKET, **counted}
    assert parts(known, "shop_orders_packing_seconds") == buckets
    assert parts(known, "shop_orders_pause_seconds") == {"": SeriesPart.VALUE, **counted}
    assert parts(known, "shop_orders_wait") == {"": SeriesPart.VALUE}
    assert parts(known, "shop_orders_depth") == {"": SeriesPart.VALUE}
    assert known.by_name["shop_orders_placed_created"].part is SeriesPart.CREATED


def test_labels_of_series(tmp_path: Path) -> None:
    known = known_series(catalog(tmp_path), target_labels=["cluster"])
    targets = {"job", "instance", "cluster"}
    assert known.target_labels == targets | {f"exported_{label}" for label in targets}
    labels = {name: dict(series.labels) for name, series in known.by_name.items()}
    assert labels["shop_orders_placed_total"] == {"how": frozenset({"web", "phone"})}
    assert labels["shop_orders_packing_seconds_bucket"] == {"who": None, "le": None}
    assert labels["shop_orders_packing_seconds_sum"] == {"who": None}
    assert labels["shop_orders_pause_seconds"] == {"quantile": None}
    assert labels["shop_orders_wait"] == {}


def test_buckets_that_others_chose_are_not_known(tmp_path: Path) -> None:
    metrics = known_series(catalog(tmp_path)).metrics
    assert metrics["shop_orders_packing_seconds"].buckets
    assert metrics["shop_orders_others"].buckets is None


def test_the_catalog_comes_before_packs(tmp_path: Path) -> None:
    own = METRICS + "  up: {type: gauge, name: up, help: Ours., labels: [who], emitted: false}\n"
    declared = compiled(tmp_path, {"catalog.yaml": HEADER, "orders.yaml": own}).catalog
    known = known_series(declared, packs.in_use())
    assert known.by_name["up"].metric.declared is not None
    assert known.by_name["scrape_duration_seconds"].metric.declared is None

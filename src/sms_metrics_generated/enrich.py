"""Enrich: metrics of `enrich`.

Adding details. Entities get a city, an area on the map and tags.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import Counter, Histogram

from ._catalog import CATALOG
from ._labels import ENRICH_STRATEGY_LABEL, ENRICH_WARNING_TYPE_LABEL
from ._signatures import CounterByEnrichStrategy, CounterByEnrichWarningType

ENRICH_RECORDS_PROCESSED: Final = CounterByEnrichStrategy(
    CATALOG,
    key="enrich.records.processed",
    name="sms_enrich_records_processed_total",
    help="Entities processed, by the source of their additions.",
    labels=(ENRICH_STRATEGY_LABEL,),
    owner="sms",
)
"""Entities processed, by the source of their additions.

Counter `sms_enrich_records_processed_total`.

Labels:

- `strategy`: Where the additions came from. coordinates: the position; gazetteer: a list of places;
  text: words of the description; none: nothing could be added. One of `coordinates`, `gazetteer`,
  `text`, `none`.
"""

ENRICH_CONFIDENCE: Final = Histogram(
    CATALOG,
    key="enrich.confidence",
    name="sms_enrich_confidence",
    help="Confidence of the additions to one entity, from 0 (a guess) to 1 (certain).",
    unit="ratio",
    buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    owner="sms",
)
"""Confidence of the additions to one entity, from 0 (a guess) to 1 (certain).

Histogram `sms_enrich_confidence`, a ratio.

Buckets up to 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.
"""

ENRICH_SPATIAL_BINNING: Final = Counter(
    CATALOG,
    key="enrich.spatial_binning",
    name="sms_enrich_spatial_binning_total",
    help="Entities put into a cell of the map grid.",
    owner="sms",
)
"""Entities put into a cell of the map grid.

Counter `sms_enrich_spatial_binning_total`.
"""

ENRICH_CITY_TAGGING: Final = Counter(
    CATALOG,
    key="enrich.city_tagging",
    name="sms_enrich_city_tagging_total",
    help="Entities that were given a city.",
    owner="sms",
)
"""Entities that were given a city.

Counter `sms_enrich_city_tagging_total`.
"""

ENRICH_TAGS_ADDED: Final = Histogram(
    CATALOG,
    key="enrich.tags_added",
    name="sms_enrich_tags_added",
    help="Tags one entity got. Zero for all of them means that the tag list is not loaded.",
    buckets=(0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0),
    owner="sms",
)
"""Tags one entity got. Zero for all of them means that the tag list is not loaded.

Histogram `sms_enrich_tags_added`.

Buckets up to 0, 1, 2, 3, 5, 8, 13.
"""

ENRICH_WARNINGS: Final = CounterByEnrichWarningType(
    CATALOG,
    key="enrich.warnings",
    name="sms_enrich_warnings_total",
    help="Doubts recorded while adding details, by kind.",
    labels=(ENRICH_WARNING_TYPE_LABEL,),
    owner="sms",
)
"""Doubts recorded while adding details, by kind.

Counter `sms_enrich_warnings_total`.

Labels:

- `warning_type`: The kind of doubt about the additions. One of `no_coordinates`, `unknown_city`,
  `ambiguous_city`, `too_many_tags`.
"""

ENRICH_BATCHES_PROCESSED: Final = Counter(
    CATALOG,
    key="enrich.batches.processed",
    name="sms_enrich_batches_processed_total",
    help="Batches of entities for which details were looked up.",
    owner="sms",
)
"""Batches of entities for which details were looked up.

Counter `sms_enrich_batches_processed_total`.
"""

ENRICH_BATCH_SIZE: Final = Histogram(
    CATALOG,
    key="enrich.batch.size",
    name="sms_enrich_batch_size",
    help="Entities in one batch.",
    buckets=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0),
    owner="sms",
)
"""Entities in one batch.

Histogram `sms_enrich_batch_size`.

Buckets up to 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000.
"""

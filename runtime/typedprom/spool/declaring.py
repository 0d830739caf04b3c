"""What a run file says of the metrics in it."""

from __future__ import annotations

import json
from time import time
from typing import TYPE_CHECKING, cast

from typedprom.metrics.definition import Definition, LabelDefinition
from typedprom.metrics.instruments import GaugeKind, HistogramKind, Info, StateSetKind
from typedprom.metrics.labels import ClosedLabel
from typedprom.spool.definitions import definition_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typedprom.metrics.catalog import AnyInstrument
    from typedprom.metrics.cells import Cell
    from typedprom.metrics.labels import Label


def definition_of(metric: AnyInstrument) -> Definition:
    """The metric as data."""
    suffixed = metric.unit and metric.family.endswith("_" + metric.unit)
    return Definition(
        name=metric.name,
        type=metric.type,
        help=metric.help,
        unit=(metric.unit or "") if suffixed else "",
        labels=tuple(map(_label, metric.signature)),
        constant=tuple(sorted(metric.constant_labels.items())),
        buckets=metric.buckets if isinstance(metric, HistogramKind) else (),
        combine=metric.combine if isinstance(metric, GaugeKind) else "last",
        states=cast("StateSetKind[object, str]", metric).states
        if isinstance(metric, StateSetKind)
        else (),
        info_labels=tuple(label.name for label in metric.info_labels)
        if isinstance(metric, Info)
        else (),
        budget=metric.budget,
    )


def metric_text(metric: AnyInstrument) -> bytes:
    """The text of the record that defines the metric."""
    return json.dumps(["metric", definition_fields(definition_of(metric)), time()]).encode()


def series_text(cell: Cell, added: Mapping[str, str]) -> bytes:
    """The text of the record of a series, with more labels than its metric's.

    Constant labels are in the definition, whose last one holds for all series.
    """
    metric = cell.metric
    names = (label.name for label in metric.signature)
    own = zip(names, cell.values, strict=True)
    labels = {**dict(own), **added}
    return json.dumps(["series", metric.name, labels, time()]).encode()


def _label(label: Label) -> LabelDefinition:
    values = label.values if isinstance(label, ClosedLabel) else None
    return LabelDefinition(label.name, values, label.budget)

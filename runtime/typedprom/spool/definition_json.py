"""Definitions of metrics as JSON, as run files and totals hold them."""

from __future__ import annotations

from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, Final, cast, get_args

from typedprom.core import checked_json as parsed
from typedprom.metrics.definition import Combine, Definition, LabelDefinition, MetricType
from typedprom.metrics.instruments import GaugeKind, HistogramKind, Info, StateSetKind
from typedprom.metrics.labels import ClosedLabel

if TYPE_CHECKING:
    from typedprom.metrics.cell import AnyInstrument
    from typedprom.metrics.labels import Label

_REQUIRED: Final = ("name", "type", "help")


def definition_fields(definition: Definition) -> dict[str, object]:
    """The definition as a JSON object, without default values."""
    fields: dict[str, object] = {
        "name": definition.name,
        "type": definition.type,
        "help": definition.help,
        "unit": definition.unit,
        "labels": [_label_fields(label) for label in definition.labels],
        "constant": dict(definition.constant),
        "buckets": list(definition.buckets),
        "combine": definition.combine if definition.type == "gauge" else "",
        "states": list(definition.states),
        "info_labels": list(definition.info_labels),
        "budget": definition.budget,
    }
    return {name: value for name, value in fields.items() if value or name in _REQUIRED}


def read_definition(value: object) -> Definition:
    """The definition that a JSON object holds; ValueError if it holds none."""
    fields = parsed.mapping(value)
    kind = parsed.text(fields, "type")
    combine = parsed.text(fields, "combine") if "combine" in fields else "last"
    if kind not in get_args(MetricType) or combine not in get_args(Combine):
        raise ValueError("a metric of an unknown type, or combined in an unknown way")
    buckets = parsed.numbers(fields.get("buckets", []))
    if not all(a < b for a, b in pairwise((-inf, *buckets, inf))):
        raise ValueError("buckets that do not ascend")
    return Definition(
        name=parsed.name(parsed.text(fields, "name")),
        type=cast("MetricType", kind),
        help=parsed.text(fields, "help"),
        unit=parsed.text(fields, "unit") if "unit" in fields else "",
        labels=tuple(map(_read_label, parsed.items(fields.get("labels", [])))),
        constant=parsed.labels(fields.get("constant", {})),
        buckets=buckets,
        combine=cast("Combine", combine),
        states=parsed.texts(fields.get("states", [])),
        info_labels=tuple(map(parsed.name, parsed.texts(fields.get("info_labels", [])))),
        budget=parsed.whole(fields, "budget") if "budget" in fields else None,
    )


def _label_fields(label: LabelDefinition) -> dict[str, object]:
    fields: dict[str, object] = {"name": label.name}
    if label.values is not None:
        fields["values"] = list(label.values)
    if label.budget is not None:
        fields["budget"] = label.budget
    return fields


def _read_label(value: object) -> LabelDefinition:
    fields = parsed.mapping(value)
    return LabelDefinition(
        name=parsed.name(parsed.text(fields, "name")),
        values=parsed.texts(fields["values"]) if "values" in fields else None,
        budget=parsed.whole(fields, "budget") if "budget" in fields else None,
    )


def largest_part(definition: Definition) -> str:
    """What takes most of the room that a definition takes, in words."""
    sizes = {
        "name": len(definition.name),
        "help": len(definition.help),
        "buckets": 20 * len(definition.buckets),  # digits
        "states": sum(map(len, definition.states)),
        "info labels": sum(map(len, definition.info_labels)),
        "names of labels": sum(len(label.name) for label in definition.labels),
    }
    for label in definition.labels:
        sizes[f"values of label `{label.name}`"] = sum(map(len, label.values or ()))
    for name, value in definition.constant:
        sizes[f"value of constant label `{name}`"] = len(value)
    return max(sizes, key=sizes.__getitem__)


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


def _label(label: Label) -> LabelDefinition:
    values = label.values if isinstance(label, ClosedLabel) else None
    return LabelDefinition(label.name, values, label.budget)

"""Definitions of metrics as JSON, in run files and totals."""

from __future__ import annotations

from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, Final

from typedprom.core import checked_json as parsed
from typedprom.metrics.definition import Definition, LabelDefinition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typedprom.metrics.instrument import MetricType
    from typedprom.metrics.instruments import Combine

_TYPES: Final[Mapping[str, MetricType]] = {
    "counter": "counter",
    "gauge": "gauge",
    "histogram": "histogram",
    "info": "info",
    "stateset": "stateset",
}
_REQUIRED: Final = ("name", "type", "help")
_COMBINES: Final[Mapping[str, Combine]] = {
    "last": "last",
    "sum": "sum",
    "min": "min",
    "max": "max",
    "live_sum": "live_sum",
}


def definition_fields(definition: Definition) -> dict[str, object]:
    """The definition as a JSON object, without what is as by default."""
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
    """The definition that a JSON object holds; ValueError where it is none."""
    fields = parsed.mapping(value)
    kind = _TYPES.get(parsed.text(fields, "type"))
    combine = _COMBINES.get(parsed.text(fields, "combine") if "combine" in fields else "last")
    if kind is None or combine is None:
        raise ValueError("a metric of an unknown type, or combined in an unknown way")
    buckets = parsed.numbers(fields.get("buckets", []))
    if not all(a < b for a, b in pairwise((-inf, *buckets, inf))):
        raise ValueError("buckets that do not ascend")
    return Definition(
        name=parsed.name(parsed.text(fields, "name")),
        type=kind,
        help=parsed.text(fields, "help"),
        unit=parsed.text(fields, "unit") if "unit" in fields else "",
        labels=tuple(map(_read_label, parsed.items(fields.get("labels", [])))),
        constant=parsed.labels(fields.get("constant", {})),
        buckets=buckets,
        combine=combine,
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

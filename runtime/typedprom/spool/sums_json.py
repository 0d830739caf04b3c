"""Sums as JSON, laid out so that ten thousand series are read in a few milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from typedprom.core import checked_json as parsed
from typedprom.metrics.definition import MOMENT, Labels, Numbers, shape, width
from typedprom.spool.admitting import Admitted, Decisions
from typedprom.spool.combining import Part, Sums, known_moment
from typedprom.spool.definitions import definition_fields, read_definition


def sums_fields(sums: Sums) -> dict[str, object]:
    """The sums as a JSON object."""
    return {
        "parts": [_part_fields(part) for part in sums.parts.values()],
        "admitted": {
            name: {
                "values": {
                    label: sorted(decisions.admitted)
                    for label, decisions in admitted.values.items()
                },
                "series": [dict(labels) for labels in sorted(admitted.series.admitted)],
                "folded_values": {
                    label: decisions.folded for label, decisions in admitted.values.items()
                },
                "folded_series": [
                    {"labels": dict(labels), "until": until}
                    for labels, until in sorted(admitted.series.folded.items())
                ],
            }
            for name, admitted in sums.admitted.items()
        },
    }


def read_sums(fields: parsed.Fields, now: float) -> Sums:
    """The sums that a JSON object holds; ValueError where it holds none."""
    sums = Sums()
    for item in parsed.items(fields.get("parts")):
        part = _read_part(parsed.mapping(item), now)
        sums.parts[shape(part.definition)] = part
    for name, item in parsed.mapping(fields.get("admitted")).items():
        sums.admitted[name] = _read_admitted(parsed.mapping(item))
    return sums


def _read_admitted(fields: parsed.Fields) -> Admitted:
    folded = parsed.mapping(fields.get("folded_values", {}))
    series = map(parsed.mapping, parsed.items(fields.get("folded_series", [])))
    return Admitted(
        {
            label: Decisions(set(parsed.texts(texts)), _untils(folded.get(label, {})))
            for label, texts in parsed.mapping(fields.get("values")).items()
        },
        Decisions(
            {parsed.labels(labels) for labels in parsed.items(fields.get("series"))},
            {parsed.labels(one.get("labels")): parsed.number(one, "until") for one in series},
        ),
    )


def _untils(value: object) -> dict[str, float]:
    fields = parsed.mapping(value)
    return {name: parsed.number(fields, name) for name in fields}


def _part_fields(part: Part) -> dict[str, object]:
    """A part; of its series, those with the same label names together."""
    groups: dict[tuple[str, ...], list[Labels]] = {}
    for labels in part.series:
        groups.setdefault(tuple([name for name, _ in labels]), []).append(labels)
    return {
        "definition": definition_fields(part.definition),
        "declared": part.declared,
        "series": [
            {
                "labels": names,
                "count": len(group),
                "values": [value for labels in group for _, value in labels],
                "numbers": [*chain.from_iterable(map(part.series.__getitem__, group))],
            }
            for names, group in groups.items()
        ],
    }


def _read_part(fields: parsed.Fields, now: float) -> Part:
    declared = known_moment(parsed.number(fields, "declared"), now)
    part = Part(read_definition(fields.get("definition")), declared)
    for item in parsed.items(fields.get("series")):
        part.series.update(_series(parsed.mapping(item), width(part.definition)))
    for numbers in part.series.values():
        if not numbers[MOMENT] <= now:
            numbers[MOMENT] = 0.0
    return part


def _series(fields: parsed.Fields, numbers_each: int) -> Iterator[tuple[Labels, Numbers]]:
    names = parsed.texts(fields.get("labels"))
    values = parsed.texts(fields.get("values"))
    numbers = parsed.numbers(fields.get("numbers"))
    count = parsed.whole(fields, "count")
    if len(values) != count * len(names) or len(numbers) != count * numbers_each:
        raise ValueError("the series of a part do not fit their count")
    labels: Iterator[Labels] = iter([()] * count)
    if names:
        labels = (
            tuple(zip(names, each, strict=True))
            for each in zip(*[iter(values)] * len(names), strict=True)
        )
    return zip(labels, map(list, zip(*[iter(numbers)] * numbers_each, strict=True)), strict=True)

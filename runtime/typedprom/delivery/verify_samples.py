"""The samples of a group: as its spool has them, as a Pushgateway holds them, as Prometheus does.

Labels without a value are none, as in Prometheus. The buckets of +Inf are left out: they are the
counts of their histograms, and a Pushgateway does not list them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isnan
from typing import Final, TypeAlias

from typedprom.core import checked_json as parsed
from typedprom.core.sample_lines import samples_of
from typedprom.exposition.family_text import TextRenderer
from typedprom.exposition.text_format import in_braces, number, pair
from typedprom.metrics.definition import Family, Labels

Samples: TypeAlias = Mapping[tuple[str, Labels], float]

# What a push says of itself and of its spool, at the instant of the push.
_OF_THE_PUSH: Final = ("typedprom_spool_", "typedprom_push_", "push_time_", "push_failure_time_")


def of_families(families: Iterable[Family], group: Mapping[str, str]) -> Samples:
    """The samples of a spool, with the labels that a push to the group adds."""
    found: dict[tuple[str, Labels], float] = {}
    families = [*families]
    for family in families:  # in text a sum that can fall is left out, in protobuf it cannot be
        if family.definition.type == "histogram":
            for labels, (*_, total) in family.series.items():
                _add(found, f"{family.definition.name}_sum", {**dict(labels), **group}, total)
    for text in TextRenderer("text", "hidden").parts(families).values():
        for one in samples_of(text.decode()):
            _add(found, one.name, {**one.labels, **group}, one.value)
    return found


def of_gateway(group: parsed.Fields) -> Samples:
    """The samples of one group, as the API of a Pushgateway gives it. Raises ValueError."""
    found: dict[tuple[str, Labels], float] = {}
    for name, family in group.items():
        if name != "labels" and not isinstance(family, (bool, int, float, str)):
            for metric in parsed.items(parsed.mapping(family).get("metrics")):
                fields = parsed.mapping(metric)
                labels = dict(parsed.labels(fields.get("labels")))
                for suffix, more, value in _parts(fields):
                    _add(found, name + suffix, {**labels, **more}, value)
    return found


def of_prometheus(result: object) -> Samples:
    """The samples of an instant query, as the API of Prometheus gives them. Raises ValueError."""
    found: dict[tuple[str, Labels], float] = {}
    for series in parsed.items(result):
        labels = dict(parsed.labels(parsed.mapping(series).get("metric")))
        _add(found, labels.pop("__name__", ""), labels, value_of(series))
    return found


def value_of(series: object) -> float:
    """The value of a series in the answer to an instant query. Raises ValueError."""
    value = parsed.items(parsed.mapping(series).get("value"))
    if len(value) != 2 or not isinstance(value[1], str):
        raise ValueError("`value` is not a pair of a time and a number")
    return float(value[1])


def differences(wanted: Samples, found: Samples) -> list[str]:
    """What differs, in words: the sample, what was found, what was wanted."""
    return [
        f"{_name(key)} is {_value(found.get(key))}, not {_value(wanted.get(key))}"
        for key in sorted({*wanted, *found})
        if not _is_same(wanted.get(key), found.get(key))
    ]


def _parts(fields: parsed.Fields) -> Iterator[tuple[str, dict[str, str], float]]:
    """The samples of one metric: its suffix, its labels, its value."""
    if "value" in fields:
        yield "", {}, float(parsed.text(fields, "value"))
        return
    yield "_count", {}, float(parsed.text(fields, "count"))
    yield "_sum", {}, float(parsed.text(fields, "sum"))
    for members, suffix, label in (("buckets", "_bucket", "le"), ("quantiles", "", "quantile")):
        by_bound = parsed.mapping(fields.get(members, {}))
        for bound in by_bound:
            yield suffix, {label: bound}, float(parsed.text(by_bound, bound))


def _add(
    found: dict[tuple[str, Labels], float], name: str, labels: Mapping[str, str], value: float
) -> None:
    bound = labels.get("le")
    if bound == "+Inf" or name.startswith(_OF_THE_PUSH):
        return
    if bound is not None:
        labels = {**labels, "le": number(float(bound))}
    found[name, tuple(sorted(one for one in labels.items() if one[1]))] = value


def _is_same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return False
    return one == other or (isnan(one) and isnan(other))


def _name(key: tuple[str, Labels]) -> str:
    name, labels = key
    return name + in_braces([pair(*one) for one in labels if one[0] not in ("job", "instance")])


def _value(value: float | None) -> str:
    return "missing" if value is None else number(value).removesuffix(".0")

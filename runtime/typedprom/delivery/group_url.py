"""Grouping keys: their labels beside those of metrics, and their paths at a Pushgateway."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from operator import itemgetter
from typing import Final
from urllib.parse import quote

from typedprom.core.misuse import log_once
from typedprom.core.text import exported
from typedprom.core.variables import GROUPING
from typedprom.exposition.text_format import is_legacy_name
from typedprom.metrics.definition import Family

_IN_BASE64: Final = ("", ".", "..")  # a path segment cannot be one of these, nor have a slash


def beside(grouping: Mapping[str, str], families: Iterable[Family]) -> list[Family]:
    """The families, without labels of a name that the grouping key has too.

    Such a label is called `exported_…`, as Prometheus calls it, and told. So the group stays the
    same, whatever metrics there are.
    """
    return [_beside(grouping, family) for family in families]


def _beside(grouping: Mapping[str, str], family: Family) -> Family:
    definition = family.definition
    names = {label.name for label in definition.labels}.union(definition.info_labels)
    names.update(map(itemgetter(0), chain(definition.constant, *family.series)))
    new = renamed(grouping, names, definition.name)
    if not new:
        return family
    series = {
        tuple(sorted((new.get(name, name), value) for name, value in labels)): numbers
        for labels, numbers in family.series.items()
    }
    return Family(definition, series)


def renamed(grouping: Mapping[str, str], names: Collection[str], metric: str) -> Mapping[str, str]:
    """How labels of a metric are called that the grouping key has too; each is logged once."""
    taken = {*names, *grouping}
    new = {name: exported(name, taken) for name in grouping if name in names}
    for name in new:
        _tell(name, new[name], metric)
    return new


def _tell(name: str, new: str, metric: str) -> None:
    if name in ("job", "instance"):
        has = f"the metric `{metric}` has a label `{name}`, and so has the group that is pushed"
        text = f"{has}: that of the metric is pushed as `{new}`; rename it in the catalog"
    else:
        has = f"{GROUPING}: `{name}` is a label of the metric `{metric}` too"
        text = f"{has}, which is pushed as `{new}`; choose another name"
    log_once(("grouping", name), lambda: text)


def group_path(grouping: Mapping[str, str]) -> str:
    """The path of a group, `/metrics/job/…`. Raises ValueError for an invalid grouping key."""
    if next(iter(grouping), "") != "job" or not grouping["job"]:
        raise ValueError("a grouping key must begin with a `job` that is not empty")
    for name in grouping:
        if not is_legacy_name(name) or name.startswith("__"):
            raise ValueError(f"{name!r} is not a valid label name of a grouping key")
    return "/metrics" + "".join([f"/{_segments(*label)}" for label in grouping.items()])


def _segments(name: str, value: str) -> str:
    raw = value.encode(errors="replace")
    if value in _IN_BASE64 or "/" in value:
        return f"{name}@base64/{urlsafe_b64encode(raw).decode() or '='}"
    return f"{name}/{quote(raw, safe='')}"

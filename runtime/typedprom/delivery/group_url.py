"""Grouping keys: their labels beside those of metrics, and their paths at a Pushgateway."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Final
from urllib.parse import quote

from typedprom.core.misuse import log_once
from typedprom.core.variables import GROUPING
from typedprom.exposition.text_format import is_legacy_name
from typedprom.metrics.definition import Family

_IN_BASE64: Final = ("", ".", "..")  # a path segment cannot be one of these, nor have a slash


def distinct(grouping: Mapping[str, str], owners: Mapping[str, str]) -> dict[str, str]:
    """The grouping key beside labels of metrics; `owners` has a metric for each of their names.

    A label that a metric has too is called `exported_…` in the key, as Prometheus calls such
    labels. `job` stays, because no group is without it. Each is logged once.
    """
    labels: dict[str, str] = {}
    for name, value in grouping.items():
        if name not in owners:
            labels[name] = value
            continue
        new = _exported(name, {*owners, *grouping})
        labels[name if name == "job" else new] = value
        _tell(name, new, owners[name])
    return labels


def beside_job(families: Sequence[Family], owners: Mapping[str, str]) -> Sequence[Family]:
    """The families, in which the group's `job` does not replace a label of that name."""
    if "job" not in owners:
        return families
    new = {"job": _exported("job", owners)}
    return [
        Family(
            family.definition,
            {
                tuple(sorted((new.get(name, name), value) for name, value in labels)): numbers
                for labels, numbers in family.series.items()
            },
        )
        for family in families
    ]


def label_owners(families: Iterable[Family]) -> dict[str, str]:
    """The names of all labels of the families, each with a metric that has it."""
    owners: dict[str, str] = {}
    for family in families:
        definition = family.definition
        names = {label.name for label in definition.labels}.union(definition.info_labels)
        names.update(name for name, _ in chain(definition.constant, *family.series))
        owners.update(dict.fromkeys(names, definition.name))
    return owners


def _exported(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name = f"exported_{name}"
    return name


def _tell(name: str, new: str, metric: str) -> None:
    has = f"the metric `{metric}` has a label `{name}` too"
    if name == "job":
        text = f"{has}, which is pushed as `{new}`: rename it in the catalog"
    elif name == "instance":
        text = f"the grouping label `{name}` is pushed as `{new}`, because {has}: rename that one"
    else:
        text = f"{GROUPING}: `{name}` is pushed as `{new}`, because {has}: choose another name"
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

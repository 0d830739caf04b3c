"""What the configuration states about the project's Prometheus, for the checks of queries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from typedprom_codegen import packs
from typedprom_codegen.codes import configuration as codes
from typedprom_codegen.message_parts import did_you_mean, one_of, quoted
from typedprom_codegen.promql.needs import FEATURE_FLAGS
from typedprom_codegen.promql.nodes.number import duration_value
from typedprom_codegen.queries.checked import QueryOptions
from typedprom_codegen.queries.known import Pack
from typedprom_codegen.toml_table import Table

PROMETHEUS: Final = "prometheus-version"
FEATURES: Final = "features"
SCRAPE_INTERVAL: Final = "scrape-interval"
EVALUATION_INTERVAL: Final = "evaluation-interval"
TARGET_LABELS: Final = "target-labels"
PACKS: Final = "packs"
SETTINGS: Final = (
    *(PROMETHEUS, FEATURES, SCRAPE_INTERVAL, EVALUATION_INTERVAL),
    *(TARGET_LABELS, PACKS),
)

_VERSION: Final = re.compile(r"v?([23])\.(\d{1,3})(?:\.\d{1,3})?", re.ASCII)
_DURATION: Final = re.compile(
    r"(?=\d)(?:\d{1,3}d)?(?:\d{1,4}h)?(?:\d{1,4}m)?(?:\d{1,5}s)?(?:\d{1,5}ms)?", re.ASCII
)
_LABEL: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class QueryConfig:
    """What the project states about its Prometheus."""

    options: QueryOptions
    target_labels: tuple[str, ...]  # that the scrape adds, besides `job` and `instance`
    chosen: tuple[str, ...]  # names of packs

    def packs(self, *others: str) -> list[Pack]:
        """The chosen packs and these, and those of every Prometheus and Python program."""
        return packs.in_use((*self.chosen, *others))


def query_config(table: Table) -> QueryConfig:
    """The settings in the project's table, without those that have errors."""
    default = QueryOptions()
    return QueryConfig(
        QueryOptions(
            version=_version(table),
            features=frozenset(_listed(table, FEATURES, FEATURE_FLAGS, "a feature of Prometheus")),
            scrape_interval=_interval(table, SCRAPE_INTERVAL) or default.scrape_interval,
            evaluation_interval=_evaluation_interval(table) or default.evaluation_interval,
        ),
        target_labels=_labels(table),
        chosen=_listed(table, PACKS, packs.names(), "a pack"),
    )


def _version(table: Table) -> tuple[int, int] | None:
    text = table.text(PROMETHEUS) if PROMETHEUS in table.settings else None
    if text is None:
        return None
    version = _VERSION.fullmatch(text)
    if version is None:
        _refuse(table, PROMETHEUS, f"{quoted(text)} is not a version of Prometheus", '"2.42"')
        return None
    return int(version[1]), int(version[2])


def _interval(table: Table, key: str) -> float | None:
    text = table.text(key) if key in table.settings else None
    if text is None:
        return None
    seconds = duration_value(text) if _DURATION.fullmatch(text) else None
    if not seconds:
        needed = "a duration" if seconds is None else "longer than 0"
        _refuse(table, key, f"{quoted(text)} is not {needed}", '"15s"')
    return seconds or None


def _evaluation_interval(table: Table) -> int | None:
    seconds = _interval(table, EVALUATION_INTERVAL)
    if seconds is not None and seconds != int(seconds):
        problem = f"{seconds:g}s is not a whole number of seconds"
        _refuse(table, EVALUATION_INTERVAL, problem, '"1m"')
        return None
    return None if seconds is None else int(seconds)


def _labels(table: Table) -> tuple[str, ...]:
    listed = _strings(table, TARGET_LABELS)
    for label in listed:
        if not _LABEL.fullmatch(label):
            _refuse(
                table, TARGET_LABELS, f"{quoted(label)} is not a name of a label", '["cluster"]'
            )
    return tuple(label for label in listed if _LABEL.fullmatch(label))


def _listed(table: Table, key: str, known: Iterable[str], kind: str) -> tuple[str, ...]:
    """The strings of a list that are known; others are reported as not being a `kind`."""
    words = sorted(known)
    listed = _strings(table, key)
    for word in listed:
        if word not in words:
            near = did_you_mean(word, words)
            table.report(
                codes.SETTING_VALUE,
                f"{quoted(word)} in `{key}` is not {kind}{near}",
                table.place(key).value,
                "correct or remove it" if near else _known(words),
            )
    return tuple(word for word in listed if word in words)


def _known(words: list[str]) -> str:
    return f"remove it, or write {one_of(f'`{word}`' for word in words)}"


def _strings(table: Table, key: str) -> tuple[str, ...]:
    if key not in table.settings:
        return ()
    value = table.settings[key]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    table.report_type(key, "a list of strings")
    return ()


def _refuse(table: Table, key: str, problem: str, example: str) -> None:
    place = table.place(key).value
    table.report(codes.SETTING_VALUE, f"`{key}`: {problem}", place, f"write it like {example}")

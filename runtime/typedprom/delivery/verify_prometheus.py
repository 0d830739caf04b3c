"""What Prometheus says of a group, of its targets and of its alerts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

from typedprom.core import checked_json as parsed
from typedprom.delivery.verify_samples import Samples, of_prometheus, value_of
from typedprom.delivery.verify_sources import SourceError
from typedprom.exposition.text_format import in_braces, pair

if TYPE_CHECKING:
    from typedprom.delivery.verify_sources import JSONSource

_PUSH_TIME: Final = "push_time_seconds"  # a Pushgateway adds it to each group
_SPOOL: Final = "typedprom_spool_info"
_RENAMED: Final = ("job", "instance")  # without honor_labels
_INVALID: Final = (ValueError, RecursionError)


LabelSet: TypeAlias = dict[str, str]


@dataclass(frozen=True, slots=True)
class ScrapedPush:
    """A push as Prometheus has it: when it was, in Unix time, and the job of its series.

    `is_renamed` says whether its labels have become exported_job and exported_instance.
    """

    pushed: float
    job: str
    is_renamed: bool


@dataclass(frozen=True, slots=True)
class ScrapeTarget:
    """A target of Prometheus, and why the last scrape of it failed."""

    url: str
    error: str

    def is_at(self, server: str) -> bool:
        """Whether the target is this host and port."""
        with suppress(ValueError):
            return _with_port(urlsplit(self.url).netloc.rpartition("@")[2]) == _with_port(server)
        return False


def _with_port(server: str) -> str:
    return server if re.search(r":[0-9]+$", server) else f"{server}:80"


def _renamed(group: Mapping[str, str]) -> LabelSet:
    """The labels of the group's series, where they are scraped without honor_labels."""
    return {f"exported_{name}" if name in _RENAMED else name: group[name] for name in group}


class PrometheusAPI:
    """Queries of a Prometheus. All methods raise SourceError."""

    def __init__(self, source: JSONSource) -> None:
        self.source = source

    def check(self) -> None:
        """Raise SourceError unless it answers queries."""
        self._query("up", {})

    def last_push(self, group: Mapping[str, str]) -> ScrapedPush | None:
        """The latest push to the group that Prometheus has, whatever it has made of the labels."""
        pushes: list[ScrapedPush] = []
        for labels in (group, _renamed(group)):
            for series, found in self._series(_PUSH_TIME, labels):
                with suppress(*_INVALID):
                    is_renamed = labels is not group
                    pushes.append(ScrapedPush(value_of(series), found.get("job", ""), is_renamed))
        return max(pushes, key=lambda push: push.pushed, default=None)

    def spools(self, group: Mapping[str, str]) -> set[str]:
        """The spools that have pushed the group."""
        series = (*self._series(_SPOOL, group), *self._series(_SPOOL, _renamed(group)))
        return {spool for _, labels in series if (spool := labels.get("spool", ""))}

    def samples(self, group: Mapping[str, str]) -> Samples:
        """All samples that have the labels of the group."""
        try:
            return of_prometheus(self._query("", group))
        except _INVALID as error:
            raise SourceError("answers with series that cannot be read") from error

    def targets(self) -> list[ScrapeTarget]:
        """The targets that it scrapes."""
        data = self.source.data("/api/v1/targets", {"state": "active"})
        targets: list[ScrapeTarget] = []
        try:
            for value in parsed.items(parsed.mapping(data).get("activeTargets")):
                fields = parsed.mapping(value)
                url, error = parsed.text(fields, "scrapeUrl"), parsed.text(fields, "lastError")
                targets.append(ScrapeTarget(url, error))
        except _INVALID as error:
            raise SourceError("answers with something that is not a list of targets") from error
        return targets

    def alerts(self) -> dict[str, str]:
        """The names of its alerts, each with why it could not be evaluated, or nothing."""
        data = self.source.data("/api/v1/rules", {"type": "alert"})
        alerts: dict[str, str] = {}
        try:
            for group in parsed.items(parsed.mapping(data).get("groups")):
                for rule in parsed.items(parsed.mapping(group).get("rules")):
                    fields = parsed.mapping(rule)
                    failed = fields.get("lastError", "")
                    alerts[parsed.text(fields, "name")] = failed if isinstance(failed, str) else ""
        except _INVALID as error:
            raise SourceError("answers with something that is not a list of rules") from error
        return alerts

    def _series(self, name: str, labels: Mapping[str, str]) -> Iterator[tuple[object, LabelSet]]:
        """The series of that name, each with its labels."""
        for series in self._query(name, labels):
            with suppress(*_INVALID):
                yield series, dict(parsed.labels(parsed.mapping(series).get("metric")))

    def _query(self, name: str, labels: Mapping[str, str]) -> list[object]:
        query = name + in_braces([pair(*one) for one in labels.items()])
        data = self.source.data("/api/v1/query", {"query": query})
        try:
            return parsed.items(parsed.mapping(data).get("result"))
        except _INVALID as error:
            raise SourceError("answers with something that is no result of a query") from error

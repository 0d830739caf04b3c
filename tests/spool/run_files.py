"""Writes run files as processes leave them, from the format alone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from typedprom.metrics.definition import Definition, Family, LabelDefinition, Labels
from typedprom.spool.definition_json import definition_fields
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import (
    HEADER_NUMBERS_AT,
    Header,
    Record,
    header_bytes,
    record_bytes,
    records,
)
from typedprom.spool.store import SpoolStore

NOBODY = 2**22 + 1  # a pid that the system gives to nobody
SINCE = 1_700_000_000.0

ERRORS = Definition(
    "x_errors_total",
    "counter",
    "Errors.",
    labels=(LabelDefinition("source", budget=3), LabelDefinition("kind", values=("a", "b"))),
)
JOBS = Definition("x_jobs_total", "counter", "Jobs.")
SECONDS = Definition("x_seconds", "histogram", "Seconds.", unit="seconds", buckets=(1.0, 2.0, 4.0))
DEPTH = Definition("x_depth", "gauge", "Depth.")


@dataclass
class Run:
    """What a process records."""

    created: float = SINCE
    run: str = field(default_factory=lambda: os.urandom(16).hex())
    pid: int = NOBODY
    boot: str = ""
    records: list[bytes] = field(default_factory=list)

    def define(self, *definitions: Definition) -> Run:
        """Declare metrics."""
        for definition in definitions:
            text = json.dumps(["metrics", [definition_fields(definition)], self.created]).encode()
            self.records.append(record_bytes(text, []))
        return self

    def series(self, name: str, labels: Mapping[str, str], *numbers: float) -> Run:
        """Record a series."""
        return self.placed(self.created, name, labels, *numbers)

    def placed(self, placed: float, name: str, labels: Mapping[str, str], *numbers: float) -> Run:
        """Record a series that gets its place at that time."""
        text = json.dumps(["series", name, dict(labels), placed]).encode()
        self.records.append(record_bytes(text, [*numbers]))
        return self

    def count(self, amount: float, name: str = JOBS.name, **labels: str) -> Run:
        """Record a series of a counter."""
        return self.series(name, labels, self.created, amount)

    @property
    def data(self) -> bytes:
        """The file."""
        header = Header(self.run, self.pid, 1, self.boot, "", self.created)
        return header_bytes(header) + b"".join(self.records)

    def write(self, directory: SpoolDirectory) -> Path:
        """Leave the file of a process that has ended."""
        path = directory.runs / f"{self.run}.run"
        path.write_bytes(self.data)
        return path


def of_version(version: int, data: bytes) -> bytes:
    """The run file, as if it were of another version of the format."""
    changed = bytearray(data)
    for header in (0, HEADER_NUMBERS_AT // 2):
        changed[header + 16] = version
    return bytes(changed)


def jobs(amount: float, created: float = SINCE) -> Run:
    """A run that counts `amount` jobs."""
    return Run(created).define(JOBS).count(amount)


def prepared(path: Path) -> SpoolDirectory:
    """An empty spool."""
    directory = SpoolDirectory(path / "spool")
    directory.prepare()
    return directory


def by_name(families: Iterable[Family]) -> dict[str, dict[Labels, list[float]]]:
    """The series of each metric, without the spool's own."""
    return {
        family.definition.name: dict(family.series)
        for family in families
        if not family.definition.name.startswith("typedprom_spool_")
    }


def values(store: SpoolStore, name: str = JOBS.name) -> dict[str, float]:
    """The value of each series of a metric, by its label values."""
    found = by_name(store.collect()).get(name, {})
    return {",".join(value for _, value in labels): numbers[1] for labels, numbers in found.items()}


def total(store: SpoolStore) -> float:
    """How many jobs the store counts."""
    return sum(values(store).values())


def own(store: SpoolStore, name: str) -> dict[Labels, float]:
    """A series that tells the state of the spool."""
    for family in store.collect():
        if family.definition.name == f"typedprom_spool_{name}":
            return {labels: numbers[1] for labels, numbers in family.series.items()}
    return {}


def numbers_in(data: bytes) -> int:
    """Where the numbers of the last record of a run file begin."""
    *_, last = records(data)
    assert isinstance(last, Record)
    return 8 * last.first

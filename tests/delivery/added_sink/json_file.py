"""A sink that a test adds to an installation: the values of all series, as JSON in a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from typedprom.delivery.sinks import DELIVERED, Option, SinkResult, SinkSpec, Variable
from typedprom.metrics.definition import Family
from typedprom.spool.directory import SpoolDirectory


class JSONFile:
    """The file at `path`."""

    def __init__(self, path: str, grouping: Mapping[str, str]) -> None:
        if not path.endswith(".json"):
            raise ValueError("its name must end in `.json`")
        self.name = path
        self._job = grouping["job"]

    def prepare(self) -> None:
        """Do nothing."""

    def push(self, families: Sequence[Family], deadline: float) -> SinkResult:  # noqa: ARG002
        """Write the file."""
        values = {
            family.definition.name: [numbers[1] for numbers in family.series.values()]
            for family in families
        }
        Path(self.name).write_text(json.dumps({"job": self._job, **values}))
        return DELIVERED


def _make(path: str, grouping: Mapping[str, str], _directory: SpoolDirectory) -> JSONFile:
    return JSONFile(path, grouping)


SINK = SinkSpec(
    name="JSON file",
    variable=Variable("TYPEDPROM_JSON_FILE", "a file for JSON"),
    option=Option("--json-file", "FILE.json", "a file for JSON"),
    make=_make,
    other_variables=(Variable("TYPEDPROM_JSON_INDENT", "spaces", "none"),),
)

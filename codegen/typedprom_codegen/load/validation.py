"""Validates a parsed file against the models, reports errors and leaves out what has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from pydantic import ValidationError

from typedprom_codegen.codes import fields as codes
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.load.schema import file_schema
from typedprom_codegen.load.validation_errors import problems
from typedprom_codegen.load.yaml_nodes import Data, Path, SourceFile
from typedprom_codegen.raw import RawFile

SECTIONS: Final = ("labels", "buckets", "metrics", "ratios", "alerts", "slos", "records")
"""The keys of a file whose values have named entries."""

KEYS: Final = ("catalog", "component", *SECTIONS)
"""All keys of a file."""


@cache
def independent_fields() -> frozenset[str]:
    """The fields of metrics that are left out alone if they have an error.

    Of these the schema says that they are optional, and that no other field depends on them.
    """
    types = file_schema().field("metrics").items.branches.values()
    needed = {
        name
        for metric in types
        for name in metric.fields
        if name in metric.required or metric.field(name).others_depend
    }
    return frozenset(name for metric in types for name in metric.fields) - needed


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file, and the parts of it that are valid."""

    source: SourceFile
    raw: RawFile
    broken: frozenset[Path]  # left out: ("catalog",), ("metrics", "requests.error")

    def is_broken(self, *path: str) -> bool:
        """Whether this part, or one that contains it, was left out."""
        return any(path[: len(part)] == part for part in self.broken)

    def broken_in(self, section: str) -> Iterator[str]:
        """The keys of the entries of a section that were left out."""
        return (str(path[1]) for path in self.broken if path[0] == section and len(path) == 2)

    def declares(self, section: str) -> bool:
        """Whether the file has this section, even if it is invalid or misspelled."""
        return self.source.has(section) or (section,) in self.broken


def check_shape(source: SourceFile, diagnostics: Diagnostics) -> LoadedFile:
    """The file as models. Errors are reported, and the parts with errors are left out."""
    broken: set[Path] = set()
    data = source.root.data
    while True:
        try:
            raw = RawFile.model_validate(data)
        except ValidationError as refused:
            for found in problems(source, refused.errors(include_url=False)):
                diagnostics.report(found.code, found.message, found.span, help=found.help)
                broken.add(_part(found.path))
                if found.intended and len(found.intended) == 1 and found.intended[0] not in data:
                    broken.add(found.intended)  # a section that is there, but misspelled
            data = _without(data, broken)
        else:
            file = LoadedFile(source, raw, frozenset(broken))
            _check_sections(file, diagnostics)
            return file


def _part(path: Path) -> Path:
    """The smallest part of the file with `path` on which no other part depends."""
    if path[0] not in SECTIONS or len(path) == 1:
        return path[:1]
    independent = path[0] == "metrics" and len(path) > 2 and path[2] in independent_fields()
    return path[: 3 if independent else 2]


def _without(data: dict[str, Data], parts: set[Path], path: Path = ()) -> dict[str, Data]:
    """The mapping without these parts, and without mappings that are empty then."""
    rest: dict[str, Data] = {}
    for key, value in data.items():
        here = (*path, key)
        if here in parts:
            continue
        if isinstance(value, dict) and any(part[: len(here)] == here for part in parts):
            value = _without(value, parts, here)
            if not value:
                continue
        rest[key] = value
    return rest


def _check_sections(file: LoadedFile, diagnostics: Diagnostics) -> None:
    there = {key for key in KEYS if file.declares(key)}
    lacking = (
        ("metrics", "component", {"component"}),
        ("component", "metrics", {"metrics"}),
        ("buckets", "catalog", {"catalog"}),
        *(
            (section, "catalog:` or `component", {"catalog", "component"})
            for section in ("labels", "ratios", "alerts", "slos", "records")
        ),
    )
    for section, needed, either in lacking:
        if file.source.has(section) and not either & there:
            diagnostics.report(
                codes.MISPLACED_SECTION,
                f"`{section}:` without a `{needed}:` in the same file",
                file.source.key(section),
                help=_WHERE[section],
            )


_WHERE: Final = {
    "metrics": "add `component: {name: …, title: …}` to this file",
    "component": "add its metrics to this file, or remove the component",
    "buckets": "move the presets to the file with `catalog:`",
    "labels": "move them to the file that uses them, or to the file with `catalog:`",
    **dict.fromkeys(
        ("ratios", "alerts", "slos", "records"),
        "move them to the file of a component, or to the file with `catalog:`",
    ),
}

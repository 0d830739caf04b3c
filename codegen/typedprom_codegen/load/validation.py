"""A file against the models: what fits goes on, what does not is reported and left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from typedprom_codegen.codes import fields as codes
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.load.nodes import Data, Path, SourceFile
from typedprom_codegen.load.validation_errors import problems
from typedprom_codegen.raw import RawFile

SECTIONS: Final = ("labels", "buckets", "metrics")
"""The keys of a file that hold named entries."""

KEYS: Final = ("catalog", "component", *SECTIONS)
"""All keys of a file."""

OPTIONAL: Final = frozenset(
    {"dashboard", "suppress", "buckets", "budget", "owner", "combine", "labels"}
)
"""Fields of a metric whose absence makes no other field wrong: only they are left out."""


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file and what of it has the right shape."""

    source: SourceFile
    raw: RawFile
    broken: frozenset[Path]  # ("catalog",), ("metrics", "requests.error"): reported and left out

    def is_broken(self, *path: str) -> bool:
        """Whether this part, or one that holds it, was left out."""
        return any(path[: len(part)] == part for part in self.broken)

    def broken_in(self, section: str) -> Iterator[str]:
        """The keys of the entries of a section that were left out."""
        return (str(path[1]) for path in self.broken if path[0] == section and len(path) == 2)

    def declares(self, section: str) -> bool:
        """Whether the file has this section, be it broken or misspelt."""
        return self.source.has(section) or (section,) in self.broken


def check_shape(source: SourceFile, diagnostics: Diagnostics) -> LoadedFile:
    """The file as models, without what the schema does not allow."""
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
                    broken.add(found.intended)  # a section that is there, only misspelt
            data = _without(data, broken)
        else:
            file = LoadedFile(source, raw, frozenset(broken))
            _check_sections(file, diagnostics)
            return file


def _part(path: Path) -> Path:
    """The smallest part of the file around `path` that nothing else depends on."""
    if path[0] not in SECTIONS or len(path) == 1:
        return path[:1]
    optional = path[0] == "metrics" and len(path) > 2 and path[2] in OPTIONAL
    return path[: 3 if optional else 2]


def _without(data: dict[str, Data], parts: set[Path], path: Path = ()) -> dict[str, Data]:
    """The mapping without the given parts, and without what they leave empty."""
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
        ("labels", "catalog:` or `component", {"catalog", "component"}),
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
    "buckets": "move the presets into the file with `catalog:`, which shares them",
    "labels": "move them into the file that uses them, or into the file with `catalog:`",
}

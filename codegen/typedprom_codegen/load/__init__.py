"""The load stage: reads a folder of YAML files into models, with the position of every value."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from typedprom_codegen.codes import files as codes
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.load.file_text import read_text
from typedprom_codegen.load.validation import LoadedFile, check_shape
from typedprom_codegen.load.yaml_parser import parse

SUFFIXES: Final = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class RawCatalog:
    """The files of a catalog folder that could be read, sorted by name."""

    folder: str  # its name in messages
    setting: Span  # where the configuration names it, for errors about the whole catalog
    files: tuple[LoadedFile, ...]
    complete: bool  # False if a file could not be read, so that its declarations are unknown


def load(
    folder: Path, project: Path, diagnostics: Diagnostics, setting: Span | None = None
) -> RawCatalog:
    """Read a catalog folder. Paths in diagnostics are relative to the project's folder.

    `setting` is where the configuration names the folder. It defaults to the folder itself.
    """
    shown = _shown(folder, project)
    setting = setting or Span(shown, 1, 1, 1, 1)
    entries = _entries(folder, shown, setting, diagnostics)
    paths = [path for path in entries if path.suffix in SUFFIXES]
    nested = [path for path in entries if path.suffix not in SUFFIXES and _holds_yaml(path)]
    for path in nested:
        _report_nested(_shown(path, project), shown, setting, diagnostics)
    found = [_load_file(path, _shown(path, project), diagnostics) for path in paths]
    files = tuple(file for file in found if file is not None)
    complete = bool(paths) and len(files) == len(paths) and not nested
    return RawCatalog(shown, setting, files, complete)


def _entries(folder: Path, shown: str, setting: Span, diagnostics: Diagnostics) -> list[Path]:
    """The entries of the folder that are not hidden. Reports a folder that is not a catalog."""
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        message = f"the catalog folder `{shown}` {what}"
        help_ = "create it with a `catalog.yaml`, or correct `catalog` in the configuration"
        diagnostics.report(codes.MISSING_FOLDER, message, setting, help=help_)
        return []
    try:
        entries = sorted(path for path in folder.iterdir() if path.name[0] != ".")
    except OSError:
        message = f"the catalog folder `{shown}` cannot be read"
        diagnostics.report(codes.UNREADABLE_FILE, message, setting, help="fix its permissions")
        return []
    if not any(path.suffix in SUFFIXES or _holds_yaml(path) for path in entries):
        message = f"the catalog folder `{shown}` has no `.yaml` files"
        help_ = "add a `catalog.yaml` with `catalog: {namespace: …, title: …}`"
        diagnostics.report(codes.NO_FILES, message, setting, help=help_)
    return entries


def _holds_yaml(path: Path) -> bool:
    """Whether this is a folder that contains YAML files, at any depth."""
    return path.is_dir() and any(below.suffix in SUFFIXES for below in path.rglob("*"))


def _report_nested(nested: str, shown: str, setting: Span, diagnostics: Diagnostics) -> None:
    diagnostics.report(
        codes.NESTED_FOLDER,
        f"`{nested}` contains YAML files, but folders inside the catalog are not read",
        setting,
        help=f"move its files to `{shown}`, or, for another catalog, to a folder beside it",
    )


def _load_file(path: Path, shown: str, diagnostics: Diagnostics) -> LoadedFile | None:
    text = read_text(path, shown, diagnostics)
    source = None if text is None else parse(text, shown, diagnostics)
    return None if source is None else check_shape(source, diagnostics)


def _shown(path: Path, project: Path) -> str:
    """A path as shown in messages: relative to the project, with forward slashes."""
    try:
        return Path(os.path.relpath(path, project)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()

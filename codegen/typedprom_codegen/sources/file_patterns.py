"""Finds the files that a pattern of the command line names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path
from typing import Final

from typedprom_codegen.message_parts import one_of

_EVERY_FOLDER: Final = "**"
_WILDCARD: Final = re.compile(r"[*?\[]")


class PatternError(ValueError):
    """A pattern that no file matches."""


@dataclass(frozen=True, slots=True, order=True)
class FoundFile:
    """A file: its name in messages, and where it is."""

    shown: str  # relative to the project if it is inside, else as it was named
    path: Path


def found_files(
    project: Path, patterns: Iterable[str], option: str, suffixes: tuple[str, ...]
) -> list[FoundFile]:
    """The files that match any of these patterns, which are relative to the project, each once.

    A folder that matches stands for the files below it with one of the suffixes. Raises
    PatternError for a pattern without a file; its message names the pattern and the option.
    """
    found: dict[str, FoundFile] = {}
    for pattern in patterns:
        matching = _matching(project, pattern)
        files = [
            file
            for path in matching
            for file in (_files_of(path, suffixes) if _is_folder(path) else [path])
        ]
        if not files:
            raise PatternError(_nothing(f"{option} {pattern}", suffixes, folders=bool(matching)))
        for file in files:
            shown = _shown_from(project, file)
            found.setdefault(shown, FoundFile(shown, file))
    return sorted(found.values())


def _nothing(argument: str, suffixes: tuple[str, ...], *, folders: bool) -> str:
    if folders:
        return f"there is no {one_of(suffixes)} file in what `{argument}` matches"
    return f"no file matches `{argument}`"


def _matching(project: Path, pattern: str) -> list[Path]:
    """What the pattern names: files, folders, and broken links."""
    if not pattern or "\0" in pattern:
        return []
    found = [project]
    for part in Path(pattern).parts:
        if part == _EVERY_FOLDER:
            found = list(dict.fromkeys(below for folder in found for below in _folders(folder)))
        elif _WILDCARD.search(part):
            matches = re.compile(translate(part)).match
            hidden = part.startswith(".")
            found = [
                folder / name
                for folder in found
                for name in _names(folder)
                if name == part or (matches(name) and (hidden or not name.startswith(".")))
            ]
        else:
            found = [path for folder in found if os.path.lexists(path := folder / part)]
    return found


def _folders(folder: Path) -> Iterator[Path]:
    """The folder and all below it, without hidden ones; links are not followed."""
    ahead = [folder] if _is_folder(folder) else []
    while ahead:
        yield (here := ahead.pop())
        below = [here / name for name in _names(here) if not name.startswith(".")]
        ahead += [path for path in reversed(below) if _is_folder(path) and not path.is_symlink()]


def _names(folder: Path) -> list[str]:
    """The names in a folder; of what cannot be listed, none."""
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - the names alone
    except OSError:
        return []


def _files_of(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """The files below a folder with one of the suffixes, without hidden ones."""
    for here in _folders(folder):
        for name in _names(here):
            if name.endswith(suffixes) and not name.startswith("."):
                yield from () if _is_folder(here / name) else (here / name,)


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - raises nothing


def _shown_from(project: Path, file: Path) -> str:
    plain = Path(os.path.normpath(file))
    if file.is_relative_to(project):  # the pattern was relative, perhaps with `..`
        plain = Path(os.path.relpath(plain, project))
    elif plain.is_relative_to(project):
        plain = plain.relative_to(project)
    return plain.as_posix()

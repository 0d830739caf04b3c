"""Plans what changes in an output folder: one plan serves WRITE, CHECK and DIFF.

A plan compares the files that a target made with the folder and its manifest, and changes nothing.
`apply.py` carries it out, `report.py` prints it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from stat import S_ISDIR, S_ISREG

from typedprom_codegen.codes import output as codes
from typedprom_codegen.config import Folder
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.emit import OutputFile
from typedprom_codegen.manifest import NAME, TEMPORARY, Manifest, digest, parse, problem_with


class Mode(Enum):
    """What is done with a plan."""

    WRITE = "write"
    CHECK = "check"
    DIFF = "diff"


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is not up to date: `old` is on disk, `new` should be; None means no file."""

    path: str  # below the folder
    old: bytes | None
    new: bytes | None
    edited: bool = False  # the file is ours, but its content is not what we wrote


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to change in a folder until it holds what the target made."""

    folder: Folder
    total: int  # files that the target made
    changes: tuple[Change, ...]  # by path, the manifest last
    orphans: tuple[str, ...]  # once ours and no longer made, whether still on disk or not
    interim: Manifest  # stands while files are replaced: knows their old contents and their new

    @property
    def files(self) -> tuple[Change, ...]:
        """All changes but the manifest's."""
        return tuple(change for change in self.changes if change.path != NAME)


def plan(folder: Folder, outputs: Iterable[OutputFile], found: Diagnostics) -> Plan:
    """Compare `outputs` with what the folder holds. Reports whatever must not be overwritten."""
    made = _contents(folder, outputs, found)
    stored, known = _manifest(folder, found)
    if known is None:
        return Plan(folder, len(made), (), (), Manifest())
    changes = []
    orphans = known.paths - made.keys()
    for path, new in made.items():
        with reported(folder, found):
            old = _read(folder.path, path, orphans)
            if old is not None and old != new and path not in known.paths:
                raise _ForeignError(path)
            changes.append(Change(path, old, new, known.is_edited(path, old)))
    removed = []
    for path in sorted(orphans):
        with reported(folder, found), suppress(_ForeignError):  # it is somebody else's by now
            old = _read(folder.path, path)
            removed.append(path)
            changes.append(Change(path, old, None, known.is_edited(path, old)))
    changes = sorted((c for c in changes if c.old != c.new), key=lambda change: change.path)
    before = {c.path: digest(c.old) for c in changes if c.old is not None and not c.edited}
    after = {path: digest(content) for path, content in made.items()}
    interim = Manifest({**known.pending, **known.files, **before}, after)
    manifest = Change(NAME, stored, Manifest(after).encoded())
    if manifest.old != manifest.new:
        changes.append(manifest)
    return Plan(folder, len(made), tuple(changes), tuple(removed), interim)


class _ForeignError(Exception):
    """Something that we did not write is at this path, where a file of ours should be."""


@contextmanager
def reported(folder: Folder, found: Diagnostics) -> Iterator[None]:
    """Report an error in `folder` at its setting in the configuration, and continue."""
    try:
        yield
    except _ForeignError as error:
        place = PurePosixPath(folder.shown, str(error))
        message = f"`{place}` is in the way: typedprom did not write it"
        help = "move or delete it; typedprom never overwrites what it did not write"
        found.report(codes.FOREIGN_FILE, message, folder.span, help=help)
    except OSError as error:
        reason = error.strerror or str(error)
        reason = f"{reason[:1].lower()}{reason[1:]}"
        message = f"cannot read or write `{_place(folder, error)}`: {reason}"
        help = "fix that and run `typedprom generate` again, which completes what is missing"
        found.report(codes.CANNOT_WRITE, message, folder.span, help=help)


def _place(folder: Folder, error: OSError) -> PurePosixPath:
    """The file that an error is about, if it is known; otherwise the folder."""
    path = Path()
    with suppress(TypeError, ValueError):  # it names no file, or one elsewhere
        path = Path(os.fsdecode(error.filename2 or error.filename)).relative_to(folder.path)
    if path.name.startswith(TEMPORARY) or isinstance(error, NotADirectoryError):
        return PurePosixPath(folder.shown)
    return PurePosixPath(folder.shown, path)


def _contents(
    folder: Folder, outputs: Iterable[OutputFile], found: Diagnostics
) -> dict[str, bytes]:
    """What the target made, by path. Its paths are not trusted."""
    made: dict[str, bytes] = {}
    taken: set[str] = set()  # their paths without case, which some file systems ignore
    for output in sorted(outputs, key=lambda output: (output.path.casefold(), output)):
        path = PurePosixPath(output.path.casefold())
        problem = problem_with(output.path)
        if problem is None and str(path) in taken:
            same = output.path in made
            problem = "is made twice" if same else "differs from another one only in case"
        if problem is None and not taken.isdisjoint(map(str, path.parents)):
            problem = "lies below another output file"
        if problem is None:
            try:
                made[output.path] = output.text.encode()
                taken.add(str(path))
                continue
            except UnicodeEncodeError:
                problem = "has text that cannot be encoded as UTF-8"
        message = f"target `{folder.name}` makes `{output.path}`, which {problem}"
        help = "this is a bug in the target, not in the catalog"
        found.report(codes.BAD_OUTPUT, message, folder.span, help=help)
    return made


def _manifest(folder: Folder, found: Diagnostics) -> tuple[bytes | None, Manifest | None]:
    """The manifest as it is on disk, and what it says; None where that is not known."""
    with reported(folder, found):
        if os.path.realpath(folder.path) != str(folder.path):  # a link replaced it meanwhile
            raise _ForeignError("")
        stored = _read(folder.path, NAME)
        try:
            return stored, Manifest() if stored is None else parse(stored)
        except ValueError:
            message = f"`{folder.shown}/{NAME}` is not a manifest that typedprom wrote"
            help = (
                "restore it from version control, or delete the whole folder, which is generated,"
                " and run `typedprom generate`"
            )
            found.report(codes.BROKEN_MANIFEST, message, folder.span, help=help)
    return None, None


def _read(root: Path, path: str, orphans: AbstractSet[str] = frozenset()) -> bytes | None:
    """The content of a file; None where none is, or only orphans are, which are removed first.

    Line ends do not count: a checkout may have turned them into CRLF. Raises _ForeignError for all
    but plain files in plain folders: a link may lead outside.
    """
    for part in (*map(str, reversed(PurePosixPath(path).parents[:-1])), path):
        try:
            mode = (root / part).lstat().st_mode
        except FileNotFoundError:
            return None
        if not (S_ISREG(mode) if part == path else S_ISDIR(mode)):
            if _holds_only(root, root / part, orphans):
                return None
            raise _ForeignError(part)
    return (root / path).read_bytes().replace(b"\r\n", b"\n")


def _holds_only(root: Path, place: Path, orphans: AbstractSet[str]) -> bool:
    """Whether `place` is gone once the orphans are, and the folders that they leave empty."""
    folders = {str(folder) for orphan in orphans for folder in PurePosixPath(orphan).parents}
    return all(
        not entry.is_symlink()
        and entry.relative_to(root).as_posix() in (folders if entry.is_dir() else orphans)
        for entry in (place, *place.rglob("*"))
    )

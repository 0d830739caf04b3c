"""Brings a target's folder up to date, or finds what would change: one plan serves every mode.

A plan compares the files an emitter made with the folder and its manifest, touching nothing.
Applying it swaps new files in, or a new folder, so that a run killed at any instant leaves every
one of them entirely old or entirely new; the next completes it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath

from typedprom_codegen import update
from typedprom_codegen.codes import output as codes
from typedprom_codegen.diagnostics import Code, Diagnostics, Span
from typedprom_codegen.emit import OutputFile
from typedprom_codegen.manifest import NAME, STAGING, Manifest, digest, parse, problem_with


class Mode(Enum):
    """What is done with a plan."""

    WRITE = "write"
    CHECK = "check"
    DIFF = "diff"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that the configuration names."""

    name: str  # the target whose files go there, or "catalog"
    path: Path
    shown: str  # relative to the project, with forward slashes
    span: Span  # of its setting in the configuration
    whole: bool = False  # swapped in one step: a mixture of old and new files is broken


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is not as it should be: `old` is on disk, `new` should be; None is no file."""

    path: str  # below the folder
    old: bytes | None
    new: bytes | None
    edited: bool = False  # what is on disk is ours, but not as we wrote it


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to change in a folder until it holds what the emitter made."""

    folder: Folder
    total: int  # files the emitter made
    files: tuple[Change, ...]  # by path
    manifest: Change | None
    interim: Manifest  # stands while files are swapped in: knows their old contents and the new
    orphans: tuple[str, ...]  # once ours and no longer made, whether still on disk or not

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes, the manifest's last."""
        return (*self.files, self.manifest) if self.manifest else self.files


def plan(folder: Folder, outputs: Iterable[OutputFile], found: Diagnostics) -> Plan:
    """Compare `outputs` with what the folder holds. Reports whatever must not be overwritten."""
    report = _Report(folder, found)
    made = _contents(outputs, report)
    stored, known = _manifest(folder.path, report)
    orphans = known.paths - made.keys()
    changes = [*_changed(folder.path, made, known, report)]
    gone = dict(_orphaned(folder.path, orphans, report))
    changes += [
        Change(path, old, None, edited=not known.wrote(path, old))
        for path, old in gone.items()
        if old is not None
    ]
    after = Manifest({path: digest(content) for path, content in made.items()})
    text = after.text().encode()
    return Plan(
        folder,
        total=len(made),
        files=tuple(sorted(changes, key=lambda change: change.path)),
        manifest=None if stored == text else Change(NAME, stored, text),
        interim=known.becoming(after, {c.path: c.old for c in changes if c.old is not None}),
        orphans=tuple(gone),
    )


def apply(plan: Plan, found: Diagnostics) -> None:
    """Write what `plan` says. Touches nothing where the folder is up to date already."""
    folder = plan.folder
    try:
        update.clean(folder.path)
        if plan.changes:
            swap = update.whole if folder.whole else update.one_by_one
            swap(folder.path, _update(plan))
    except OSError as error:
        _Report(folder, found).failed(error)


def _update(plan: Plan) -> update.Update:
    return update.Update(
        removed=plan.orphans,
        written={change.path: change.new for change in plan.changes if change.new is not None},
        interim=None if plan.manifest is None else plan.interim.text().encode(),
    )


class _ObstacleError(Exception):
    """Something we did not write is where a file of ours should be."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class _Report:
    """Says what is wrong with an output folder, at its setting in the configuration."""

    folder: Folder
    found: Diagnostics

    @contextmanager
    def problems(self) -> Iterator[None]:
        """Report what goes wrong inside, and go on."""
        try:
            yield
        except _ObstacleError as obstacle:
            self._say(
                codes.FOREIGN_FILE,
                f"`{self.folder.shown}/{obstacle.path}` is in the way: typedprom did not write it",
                "move it or delete it; what typedprom did not write it never overwrites",
            )
        except OSError as error:
            self.failed(error)

    def failed(self, error: OSError) -> None:
        reason = error.strerror or str(error)
        self._say(
            codes.CANNOT_WRITE,
            f"`{self._place(error)}` cannot be read or written: {reason[:1].lower()}{reason[1:]}",
            "mend that and run `typedprom generate` again, which completes what is missing",
        )

    def bad_output(self, path: str, problem: str) -> None:
        self._say(
            codes.BAD_OUTPUT,
            f"target `{self.folder.name}` makes `{path}`, which {problem}",
            "this is a fault of the target, not of the catalog",
        )

    def broken_manifest(self) -> None:
        self._say(
            codes.BROKEN_MANIFEST,
            f"`{self.folder.shown}/{NAME}` is not what typedprom wrote",
            "restore it from version control, or delete the whole folder, which is generated,"
            " and run `typedprom generate`",
        )

    def _place(self, error: OSError) -> str:
        """The file an error is about, as the user knows it; the folder where it is one of ours."""
        name = error.filename2 or error.filename
        with suppress(TypeError, ValueError):
            path = Path(os.fsdecode(name)).relative_to(self.folder.path)
            if path.parts and path.parts[0] != STAGING:
                return f"{self.folder.shown}/{path.as_posix()}"
        return self.folder.shown

    def _say(self, code: Code, message: str, help: str) -> None:
        self.found.report(code, message, self.folder.span, help=help)


def _contents(outputs: Iterable[OutputFile], report: _Report) -> dict[str, bytes]:
    """What the emitter made, by path; its paths are not trusted."""
    made: dict[str, bytes] = {}
    for output in sorted(outputs):
        problem = problem_with(output.path)
        if problem is None and output.path in made:
            problem = "is made twice"
        if problem is None and any(str(p) in made for p in PurePosixPath(output.path).parents):
            problem = "lies below another output file"
        if problem is None:
            try:
                made[output.path] = output.text.encode()
            except UnicodeEncodeError:
                problem = "has text that UTF-8 cannot hold"
        if problem is not None:
            report.bad_output(output.path, problem)
    return made


def _manifest(root: Path, report: _Report) -> tuple[bytes | None, Manifest]:
    """The manifest as it is on disk, and what it says."""
    with report.problems():
        stored = _read(root, NAME)
        if stored is None:
            return None, Manifest()
        try:
            return stored, parse(stored)
        except ValueError:
            report.broken_manifest()
    return None, Manifest()


def _changed(
    root: Path, made: Mapping[str, bytes], known: Manifest, report: _Report
) -> Iterator[Change]:
    """The files that are missing or differ; one that differs and is not ours is reported."""
    orphans = known.paths - made.keys()
    for path, new in made.items():
        with report.problems():
            old = _read_unless_orphaned(root, path, orphans)
            if old is None:
                yield Change(path, None, new)
            elif old != new:
                if path not in known.paths:
                    raise _ObstacleError(path)
                yield Change(path, old, new, edited=not known.wrote(path, old))


def _orphaned(
    root: Path, orphans: Iterable[str], report: _Report
) -> Iterator[tuple[str, bytes | None]]:
    """The files that are made no longer, with what they hold, unless somebody replaced them."""
    for path in sorted(orphans):
        with report.problems(), suppress(_ObstacleError):
            yield path, _read(root, path)


def _read_unless_orphaned(root: Path, path: str, orphans: AbstractSet[str]) -> bytes | None:
    """What is at `path`; nothing where only orphans are in its way, which are removed first."""
    try:
        return _read(root, path)
    except _ObstacleError as obstacle:
        if _holds_only(root, root / obstacle.path, orphans):
            return None
        raise


def _holds_only(root: Path, place: Path, orphans: AbstractSet[str]) -> bool:
    """Whether `place` is gone once the orphans are, and the folders that they leave empty."""
    folders = {str(folder) for orphan in orphans for folder in PurePosixPath(orphan).parents}
    return all(
        not entry.is_symlink()
        and entry.relative_to(root).as_posix() in (folders if entry.is_dir() else orphans)
        for entry in (place, *place.rglob("*"))
    )


def _read(root: Path, path: str) -> bytes | None:
    """The content of a file; nothing where none is.

    Raises _ObstacleError for all but plain files in plain folders: a link may lead outside.
    """
    names = path.split("/")
    for depth in range(1, len(names)):
        folder = "/".join(names[:depth])
        if (root / folder).is_symlink() or (root / folder).is_file():
            raise _ObstacleError(folder)
    file = root / path
    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise _ObstacleError(path)
    return file.read_bytes() if file.exists() else None

"""Carries out a plan: replaces the files that changed, one by one, and removes orphans.

A run that is killed at any instant leaves each file old or new, and a manifest that knows both.
The next run completes it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from errno import EINVAL, ENOSYS, EOPNOTSUPP
from pathlib import Path, PurePosixPath
from typing import Final

from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.manifest import NAME, TEMPORARY
from typedprom_codegen.write import Plan, reported

_CANNOT_SYNC: Final = (EINVAL, ENOSYS, EOPNOTSUPP)  # of file systems without it
PERMISSIONS: Final = 0o644  # less what the umask takes away


def apply(plan: Plan, found: Diagnostics) -> None:
    """Change the folder as `plan` says. Touches nothing where it is up to date."""
    root = plan.folder.path
    with reported(plan.folder, found):
        _remove_temporary(root)  # those of a run that was killed
        if plan.changes:
            root.mkdir(parents=True, exist_ok=True)
            try:
                _change(root, plan)
            finally:
                with suppress(OSError):
                    _remove_temporary(root)


def _change(root: Path, plan: Plan) -> None:
    """Write all new files as temporary ones, then move each to its place.

    The order: a manifest that knows old and new files; the files, `__init__.py` after what it
    imports; orphans; the manifest. An orphan goes before only if a new file takes its place.
    """
    contents = {c.path: c.new for c in plan.changes if c.new is not None}
    written = {
        path: _write(root / f"{TEMPORARY}{number}", contents[path])
        for number, path in enumerate(sorted(contents, key=_rank))
    }
    manifest = written.pop(NAME, None)
    if manifest is not None:
        _write(root / f"{TEMPORARY}interim", plan.interim.encoded()).replace(root / NAME)
    first = [orphan for orphan in plan.orphans if _is_in_the_way(orphan, written)]
    for orphan in first:
        _remove(root, orphan)
    for path, temporary in written.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(root / path)
    for orphan in plan.orphans:
        if orphan not in first:
            _remove(root, orphan)
    if manifest is not None:
        manifest.replace(root / NAME)


def _rank(path: str) -> tuple[bool, int, str]:
    """Sorts each `__init__.py` last, that of a package after those inside it."""
    return PurePosixPath(path).name == "__init__.py", -path.count("/"), path


def _is_in_the_way(orphan: str, paths: Iterable[str]) -> bool:
    """Whether a new file takes the place of `orphan`, also where the system ignores case."""
    old = f"{orphan}/".casefold()
    new = [f"{path}/".casefold() for path in paths]
    return any(path.startswith(old) or old.startswith(path) for path in new)


def _write(file: Path, content: bytes) -> Path:
    """Write a new file, and wait until it is on disk where the file system can tell."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(file, flags, PERMISSIONS), "wb") as stream:
        stream.write(content)
        stream.flush()
        try:
            os.fsync(stream.fileno())
        except OSError as error:
            if error.errno not in _CANNOT_SYNC:
                raise
    return file


def _remove(root: Path, path: str) -> None:
    """Remove a file of ours, and the folders below `root` that it leaves empty."""
    (root / path).unlink(missing_ok=True)
    for folder in PurePosixPath(path).parents[:-1]:
        with suppress(OSError):
            (root / folder).rmdir()


def _remove_temporary(root: Path) -> None:
    for file in root.glob(f"{TEMPORARY}*"):
        file.unlink()

"""Makes a folder hold new files: all at once where they need each other, or one by one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from typedprom_codegen.exchange import exchange
from typedprom_codegen.manifest import NAME, STAGING

PERMISSIONS: Final = 0o644  # less what the umask takes away


@dataclass(frozen=True, slots=True)
class Update:
    """What is done to a folder."""

    removed: tuple[str, ...]  # files of ours, whether there or not
    written: Mapping[str, bytes]  # by path, the manifest last
    interim: bytes | None  # the manifest that stands while files are replaced one by one


def whole(root: Path, update: Update) -> None:
    """Exchange the folder for one with the new files, in one step: no reader finds a mixture.

    All other files are in both, as links to the same data. Where folders cannot be exchanged, or
    nothing can be made beside this one, or it belongs to another user, files go one by one.
    """
    new = _beside(root)
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        try:
            _build(root, new, update)
            if root.exists():
                exchange(new, root)
            else:
                new.rename(root)
        finally:
            shutil.rmtree(new, ignore_errors=True)  # after the exchange, the old one
    except OSError:
        one_by_one(root, update)
    else:
        _sync(root.parent)


def one_by_one(root: Path, update: Update) -> None:
    """Stage the new files, then replace each in one step: none is ever half written.

    The folder itself stays, so that a mount of it or of what is in it does not come loose.
    """
    root.mkdir(parents=True, exist_ok=True)
    staging = root / STAGING
    staging.mkdir()
    try:
        moves = []
        if update.interim is not None:
            moves.append((_write(staging / "interim", update.interim), root / NAME))
        for number, (path, content) in enumerate(update.written.items()):
            moves.append((_write(staging / str(number), content), root / path))
        for path in update.removed:
            _remove(root, path)
        for staged, place in moves:
            place.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(place)
        _sync(root)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def clean(root: Path) -> None:
    """Remove what a run that was killed left in a folder and beside it."""
    _discard(root / STAGING)
    with suppress(OSError):  # a name that is too long
        _discard(_beside(root))


def _beside(root: Path) -> Path:
    return root.with_name(f"{STAGING}-{root.name}")


def _build(root: Path, new: Path, update: Update) -> None:
    """Make `new` what `root` should be. What does not change is one file with two names."""
    if root.exists():
        shutil.copytree(root, new, symlinks=True, copy_function=os.link)
        _keep_owners(root, new)
    else:
        new.mkdir()
    for path in update.removed:
        _remove(new, path)
    for path, content in update.written.items():
        place = new / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        _write(place, content)


def _keep_owners(root: Path, new: Path) -> None:
    """Have the folders of `new` belong to whom those of `root` do."""
    for name, _, _ in os.walk(new):
        was, now = (root / Path(name).relative_to(new)).stat(), Path(name).stat()
        if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
            os.chown(name, was.st_uid, was.st_gid)


def _write(file: Path, content: bytes) -> Path:
    """Put `content` on disk for good, into a file that is not there yet."""
    descriptor = os.open(
        file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), PERMISSIONS
    )
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return file


def _remove(root: Path, path: str) -> None:
    """Remove a file of ours, and the folders below `root` that it leaves empty."""
    file = root / path
    file.unlink(missing_ok=True)
    for parent in file.relative_to(root).parents:
        if parent.name:
            with suppress(OSError):
                (root / parent).rmdir()


def _discard(staging: Path) -> None:
    if staging.is_symlink() or staging.is_file():
        staging.unlink()
    elif staging.exists():
        shutil.rmtree(staging)


def _sync(folder: Path) -> None:
    """Have the folder's entries on disk, where folders can be synced."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

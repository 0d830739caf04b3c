"""Ownership: whose files a spool may hold, and to whom belongs what is made in it.

A spool belongs to one user. What this process's user or root owns is used, all else is refused.
Root may use the spool of another user; what root makes in it then belongs to that user.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from errno import EPERM
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from typedprom.core.misuse import log_once
from typedprom.core.system_calls import O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK
from typedprom.core.variables import SPOOL_DIR

_ROOT: Final = 0
_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600
_FOLDER_ABOVE: Final = 0o755
_SAFELY: Final = O_NOFOLLOW | O_CLOEXEC
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | _SAFELY
_TOUCHED: Final = os.O_WRONLY | O_NONBLOCK | _SAFELY
_FOLDER: Final = os.O_RDONLY | O_DIRECTORY | _SAFELY


class ForeignError(PermissionError):
    """A file or folder is refused, because it is another user's; `why` is without its path."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(EPERM, f"{path} {why}")
        self.why = why

    def __str__(self) -> str:
        return str(self.strerror)


class Owner(NamedTuple):
    """A user and a group, by their numbers."""

    user: int
    group: int


def owner_of(folder: Path) -> Owner:
    """Who owns what is in the folder. Of a spool below a folder of root's it is who made `runs`."""
    status = folder.stat()
    if status.st_uid == _ROOT:
        with suppress(OSError):
            status = (folder / "runs").lstat()
    return Owner(status.st_uid, status.st_gid)


def is_accepted(status: os.stat_result, folder: Path) -> bool:
    """Whether what has this status, in that folder, is the user's, root's, or its owner's."""
    user = _user()
    if user is None or status.st_uid in (user, _ROOT):
        return True
    return user == _ROOT and status.st_uid == owner_of(folder).user


def check(status: os.stat_result, path: Path) -> None:
    """Raise ForeignError where what has this status is another user's."""
    if not is_accepted(status, path.parent):
        why = f"{_belongs(status)}: it is not used; remove it, or change its owner if it is yours"
        raise ForeignError(path, why)


def check_spool(path: Path) -> None:
    """Raise ForeignError where the folder of a spool, or a link to it, is another user's.

    Also where a link above it is another user's, in a folder that others can write to.
    """
    user = _user()
    links = (one for one in path.parents if one.is_symlink() and _is_open(one.parent.stat()))
    found = [(one, one.lstat()) for one in links]
    with suppress(FileNotFoundError):
        found += [(path, path.lstat()), (path, path.stat())]
    for folder, status in found:
        if user not in (None, _ROOT, status.st_uid) and status.st_uid != _ROOT:
            raise ForeignError(folder, _refusal(status))


def check_not_planted(path: Path) -> None:
    """Raise ForeignError where root's program would use what another user may have planted.

    That is a folder of a user's below one that others than root can write to, such as /tmp.
    """
    if _user() != _ROOT:
        return
    for folder in (path / "runs", path, *path.parents, *_real_folders(path)):
        with suppress(FileNotFoundError):
            status, above = folder.lstat(), folder.parent.stat()
            if status.st_uid not in (_ROOT, above.st_uid) and _is_open(above):
                raise ForeignError(folder, _refusal(status))


def tell_of_open_folders(path: Path) -> None:
    """Log once that others can write to the spool's folder, or to one above it."""
    with suppress(OSError):
        trusted = (_user(), _ROOT, owner_of(path).user)
        for folder in (*_real_folders(path), *path.parents):
            status = folder.stat()
            is_sticky = status.st_mode & stat.S_ISVTX and not folder.samefile(path)
            is_open = _is_open(status) and not is_sticky
            if _user() is not None and (is_open or status.st_uid not in trusted):
                message = (
                    f"other users can write to {folder}, and so remove or replace the spool "
                    f"{path}: let only its user write there, or set {SPOOL_DIR} to a folder "
                    "elsewhere"
                )
                log_once(("spool", "open", str(path)), partial(str, message))
                return


def explain(error: Exception, spool: Path) -> str:
    """What went wrong in the spool and, if that is due to its owner, what to do."""
    if isinstance(error, ForeignError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or spool}: {error.strerror}{remedy(error, spool)}"
    return f"{spool}: {error}"


def remedy(error: Exception, spool: Path | None = None) -> str:
    """What to do about an error of access to what another user owns; empty for all others."""
    user = _user()
    if user is None or not isinstance(error, PermissionError) or isinstance(error, ForeignError):
        return ""
    named = error.filename if isinstance(error.filename, str) else spool
    if named is None:
        return ""
    path = Path(named).absolute()
    for existing in (path, *path.parents):
        try:
            status = existing.lstat()
        except OSError:
            continue
        if status.st_uid == user:
            return ""
        text = f"; {existing} {_belongs(status)}: set {SPOOL_DIR} to a folder of uid {user}"
        if spool is not None and os.path.lexists(spool):
            text += f", or `chown -R {user} {spool}`"
        return text
    return ""


def create(path: Path) -> int:
    """A new private file, opened. FileExistsError where there is something of that name."""
    descriptor = os.open(path, _NEW, _PRIVATE_FILE)
    give(descriptor, path.parent)
    return descriptor


def touch(path: Path, when: float) -> None:
    """Set when the file was modified, a Unix time; make it if it is missing. Raises OSError."""
    try:
        descriptor = os.open(path, _TOUCHED)
    except FileNotFoundError:
        descriptor = create(path)
    try:
        check(os.fstat(descriptor), path)
        os.utime(descriptor, (when, when))
    finally:
        os.close(descriptor)


def make_folder(folder: Path, mode: int = _PRIVATE_FOLDER) -> None:
    """Make a folder, and those above it that are missing."""
    try:
        folder.mkdir(mode=mode)
    except FileNotFoundError:
        with suppress(FileExistsError):
            make_folder(folder.parent, _FOLDER_ABOVE)
        folder.mkdir(mode=mode)
    if _user() == _ROOT:
        descriptor = os.open(folder, _FOLDER)
        try:
            give(descriptor, folder.parent)
        finally:
            os.close(descriptor)


def give(descriptor: int, folder: Path) -> None:
    """Give what root has made to the owner of the folder it is in.

    Where that cannot be, as without the capability, what it is needed for says so.
    """
    if _user() == _ROOT:
        with suppress(OSError):
            owner = owner_of(folder)
            if owner.user != _ROOT:
                os.fchown(descriptor, *owner)


def _user() -> int | None:
    """The user of this process; None where files have no such owners."""
    return os.geteuid() if hasattr(os, "geteuid") else None


def _belongs(status: os.stat_result) -> str:
    return f"belongs to uid {status.st_uid}, and this process runs as uid {_user()}"


def _refusal(status: os.stat_result) -> str:
    change = f"set {SPOOL_DIR} to a folder of uid {_user()}, or run as uid {status.st_uid}"
    return f"{_belongs(status)}: it is not used; {change}"


def _is_open(status: os.stat_result) -> bool:
    """Whether others than its owner can write to a folder.

    A group with the number of the owner is that user's own, as many systems give to each user.
    """
    by_group = status.st_mode & stat.S_IWGRP and status.st_gid != status.st_uid
    return bool(by_group or status.st_mode & stat.S_IWOTH)


def _real_folders(path: Path) -> Iterator[Path]:
    """The folder and those above it, without links."""
    real = Path(os.path.realpath(path))
    yield real
    yield from real.parents

"""Liveness: whether the process that writes a run file may still write to it.

Where several machines see one folder, each has its own kernel. Whether a process of another kernel
lives, its lock tells if the file system shows locks to all of them. If it does not, only the file
can tell: the process sets its time at each push.
"""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from time import time
from typing import Final

from typedprom.spool.format import Header

_PROC: Final = Path("/proc")
# Of /proc/<pid>/stat, counted from behind the name of the program, which may hold anything.
_STATE: Final = 0
_THREADS: Final = 17
_STARTED: Final = 19
_ENDED: Final = ("Z", "X")

# After this, a process of another kernel is taken for gone if nobody locks its file.
QUIET_SECONDS: Final = 300.0


def own_header() -> Header:
    """The header of a new run of this process.

    What identifies the process is 0 or empty where it is unknown.
    """
    return Header(
        run=os.urandom(16).hex(),
        pid=os.getpid(),
        started=_started(_stat("self")),
        boot=boot_id(),
        pid_namespace=_pid_namespace(),
        created=time(),
    )


def is_foreign(header: Header) -> bool:
    """Whether the process ran on another kernel: of another machine, or before a restart."""
    boot = boot_id()
    return bool(boot and header.boot and header.boot != boot)


def is_dead(descriptor: int, header: Header) -> bool:
    """Whether no process writes any more to the run file that was just opened as `descriptor`.

    Its process locks it for its life; after execv the process lives on, and the lock does not.
    Where the lock is held, another process may hold it: forked by code in C, without Python. Of a
    process of another kernel, the lock may not be seen here.
    """
    if is_foreign(header):
        return is_free(descriptor) and time() - os.fstat(descriptor).st_mtime > QUIET_SECONDS
    return is_free(descriptor) or _is_gone(header)


def is_free(descriptor: int) -> bool:
    """Whether no process holds the lock on the file that was just opened as `descriptor`.

    The test takes a shared lock, so that two readers do not take each other for the process.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # held; or this file system has no locks, and only the pid can tell
        return False
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return True


def _is_gone(header: Header) -> bool:
    if not header.pid_namespace or header.pid_namespace != _pid_namespace() or header.pid <= 0:
        return False  # a pid of another namespace says nothing
    try:
        os.kill(header.pid, 0)  # where /proc hides the processes of others, this does not
    except OSError as error:
        if error.errno == errno.ESRCH:
            return True
    except OverflowError:
        return False
    fields = _stat(str(header.pid)) if _has_own_proc() else []
    if not fields:
        return False
    if header.started and _started(fields) != header.started:
        return True
    return fields[_STATE] in _ENDED and int(fields[_THREADS]) <= 1


def _stat(process: str) -> list[str]:
    """The fields behind the name of the program; none where they cannot be read."""
    try:
        text = (_PROC / process / "stat").read_text(errors="replace")
    except OSError:
        return []
    fields = text.rpartition(")")[2].split()
    return fields if len(fields) > _STARTED else []


def _started(fields: list[str]) -> int:
    return int(fields[_STARTED]) if fields else 0


@cache
def boot_id() -> str:
    """What tells this kernel from others, until it ends; empty where it is unknown."""
    with suppress(OSError):
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    return ""


def _pid_namespace() -> str:
    with suppress(OSError):
        return str((_PROC / "self/ns/pid").readlink())
    return ""


def _has_own_proc() -> bool:
    """Whether the pids in `/proc` are those of this process's namespace: it may be the host's."""
    with suppress(OSError):
        return (_PROC / "self").readlink() == Path(str(os.getpid()))
    return False

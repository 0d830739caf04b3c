"""What platforms lack, and how to take it away from this process before typedprom is imported."""

from __future__ import annotations

import errno
import importlib
import os
import pathlib
import stat
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

Goes = Literal["into the spool", "into memory"]

SIGNALS_OF_POSIX = (
    "SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGUSR1 SIGUSR2 "
    "alarm getitimer pause pthread_kill pthread_sigmask setitimer siginterrupt sigpending "
    "sigtimedwait sigwait sigwaitinfo valid_signals"
)
CALLS_OF_POSIX = (
    "O_CLOEXEC O_DIRECTORY O_DSYNC O_NOATIME O_NOFOLLOW O_NONBLOCK O_PATH O_SYNC O_TMPFILE "
    "chown chroot confstr copy_file_range eventfd fchdir fchmod fchown fdatasync fork forkpty "
    "fstatvfs getegid geteuid getgid getgroups getloadavg getpgid getpgrp getpriority getrandom "
    "getsid getuid getxattr initgroups killpg lchown listxattr lockf major memfd_create minor "
    "mkfifo mknod nice openpty pathconf pipe2 posix_fadvise posix_fallocate posix_spawn pread "
    "preadv pwrite pwritev readv register_at_fork removexattr sched_getaffinity sched_yield "
    "sendfile setegid seteuid setgid setgroups setpgid setpriority setregid setreuid setsid "
    "setuid setxattr splice statvfs sync sysconf ttyname uname wait wait3 wait4 waitid writev"
)


@dataclass(frozen=True)
class Lack:
    """What is missing, where recordings go then, and what is logged once."""

    names: tuple[str, ...] = ()  # such as `os.link`; a module alone cannot be imported
    error: int | None = None  # the names fail with it, and are not missing
    goes: Goes = "into the spool"
    log: str = ""
    also: Callable[[], None] = field(default=lambda: None)


def take_away(lack: Lack) -> None:
    """Take it away from this process."""
    for name in lack.names:
        module, _, attribute = name.partition(".")
        if not attribute:
            sys.modules[module] = None  # type: ignore[assignment]
        elif lack.error is not None:
            whole = importlib.import_module(module)
            setattr(whole, attribute, _failing(lack.error, getattr(whole, attribute)))
        elif hasattr(importlib.import_module(module), attribute):
            delattr(importlib.import_module(module), attribute)
    lack.also()


def _failing(number: int, call: Callable[..., object]) -> Callable[..., object]:
    def fail(*arguments: object, **named: object) -> object:
        if arguments[0] == -1:  # memory that no file is behind
            return call(*arguments, **named)
        raise OSError(number, os.strerror(number))

    return fail


def _hide_proc() -> None:
    for name in ("read_text", "readlink", "read_bytes", "open"):
        setattr(pathlib.Path, name, _without_proc(getattr(pathlib.Path, name)))


def _without_proc(method: Callable[..., object]) -> Callable[..., object]:
    def call(path: pathlib.Path, *arguments: object, **named: object) -> object:
        if path.parts[:2] == ("/", "proc"):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))
        return method(path, *arguments, **named)

    return call


def _refuse_folders() -> None:
    fsync = os.fsync

    def of_files(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        fsync(descriptor)

    setattr(os, "fsync", of_files)  # noqa: B010 - of another type


def _named(module: str, names: str) -> tuple[str, ...]:
    return tuple(f"{module}.{name}" for name in names.split())


def _failures(
    name: str, numbers: Iterable[int], goes: Goes = "into the spool", log: str = ""
) -> dict[str, Lack]:
    return {
        f"{name} {errno.errorcode[number]}": Lack((name,), number, goes, log) for number in numbers
    }


_NO_SYSTEM = "has no effect, because a spool needs what this system lacks"
_UNSYNCED = "a power cut may undo what it holds"
_UNSUPPORTED = (errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)

LACKS: dict[str, Lack] = {
    "nothing": Lack(),
    "Windows": Lack(
        (
            *("fcntl", "grp", "pwd", "resource", "termios"),
            *_named("os", CALLS_OF_POSIX),
            *_named("signal", SIGNALS_OF_POSIX),
            *_named("_signal", SIGNALS_OF_POSIX),
            *_named("select", "POLLRDHUP epoll kqueue poll"),
            *_named("socket", "AF_UNIX SO_REUSEPORT"),
        ),
        goes="into memory",
        log=_NO_SYSTEM,
        also=_hide_proc,
    ),
    "macOS": Lack(
        _named(
            "os",
            "O_PATH O_TMPFILE copy_file_range eventfd fdatasync getrandom memfd_create pipe2 "
            "posix_fadvise posix_fallocate sched_getaffinity splice",
        )
        + _named("signal", "sigtimedwait sigwaitinfo")
        + _named("_signal", "sigtimedwait sigwaitinfo")
        + _named("select", "POLLRDHUP epoll"),
        also=_hide_proc,
    ),
    "/proc": Lack(also=_hide_proc),
    "fork": Lack(_named("os", "fork register_at_fork")),
    "signals": Lack(_named("signal", SIGNALS_OF_POSIX) + _named("_signal", SIGNALS_OF_POSIX)),
    "open flags": Lack(_named("os", "O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_NONBLOCK")),
    "fcntl": Lack(("fcntl",), goes="into memory", log=_NO_SYSTEM),
    "fcntl.flock": Lack(("fcntl.flock",), goes="into memory", log=_NO_SYSTEM),
    "os.posix_fallocate": Lack(("os.posix_fallocate",)),
    "select.POLLRDHUP": Lack(("select.POLLRDHUP",)),
    "select.poll": Lack(_named("select", "POLLRDHUP poll")),
    **_failures("os.posix_fallocate", [*_UNSUPPORTED, errno.EBADF]),
    **_failures("os.posix_fallocate", [errno.ENOSPC], "into memory", "No space left on device"),
    **_failures(
        "fcntl.flock",
        [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP],
        "into memory",
        "flock failed: ",
    ),
    **_failures("mmap.mmap", [errno.ENODEV, errno.ENOMEM], "into memory", "mmap failed: "),
    **_failures("os.link", [errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK]),
    **_failures("os.fsync", _UNSUPPORTED, log=_UNSYNCED),
    "fsync of folders": Lack(log=_UNSYNCED, also=_refuse_folders),
}

"""Commands in namespaces of their own: another host name, other pids, another kernel's boot id."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tests.support.needs import lacking, require_program

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_NAMED = 'hostname "$0" && exec "$@"'
_BOOTED = f'mount --bind "$0" {BOOT_ID} && exec "$@"'


def named(host: str, command: Sequence[str]) -> list[str]:
    """The command, on a host of that name."""
    return _unshared("--uts", _NAMED, host, command)


def booted(boot_id: Path, command: Sequence[str]) -> list[str]:
    """The command, on a kernel whose boot id is in that file. Its locks are those of all others."""
    return _unshared("--mount", _BOOTED, str(boot_id), command)


def contained(host: str, command: Sequence[str]) -> list[str]:
    """The command, in a container on this kernel: its own pids, `/proc` and host name."""
    return _unshared("--pid --fork --mount-proc --kill-child --uts", _NAMED, host, command)


def numbered(command: Sequence[str]) -> list[str]:
    """The command, with pids of its own, and the host's `/proc`."""
    return _unshared("--pid --fork --kill-child", 'exec "$@"', "sh", command)


def _unshared(options: str, script: str, argument: str, command: Sequence[str]) -> list[str]:
    _require_root()
    program = [require_program("unshare"), *options.split()]
    return [*program, "sh", "-c", script, argument, *command]


@cache
def _may_unshare() -> bool:
    command = ["unshare", "--uts", "--mount", "--pid", "--fork", "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _require_root() -> None:
    if os.geteuid() != 0:
        lacking("needs root, who may make namespaces: NOT tested")
    require_program("unshare")
    if not _may_unshare():
        lacking("needs to make namespaces (CAP_SYS_ADMIN): NOT tested")

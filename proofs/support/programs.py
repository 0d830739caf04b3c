"""Runs a program in its own process and environment, for a limited time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60.0  # how long a program may take on a busy machine before it is killed
# Variables that change a library's behaviour; those of pytest make typedprom raise, not log.
_REMOVED = ("TYPEDPROM_", "SMS_", "OTEL_", "PROMETHEUS_", "PYTEST_", "PROOFS_", "XDG_")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: its exit code, negative for a signal, its output and its duration."""

    code: int
    output: str
    errors: str
    seconds: float


def restore_signals() -> None:
    """Restore signals that `nohup` and background shells ignore, for the programs we start."""
    for name in ("SIGHUP", "SIGINT", "SIGQUIT"):
        if signal.getsignal(number := signal.Signals[name]) == signal.SIG_IGN:
            handler = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
            signal.signal(number, handler)


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """Return our environment without variables that change a library, and with `own`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_REMOVED)}
    path = os.pathsep.join(filter(None, (str(ROOT), kept.get("PYTHONPATH"))))
    return {**kept, "PYTHONPATH": path, **own}


def start(
    arguments: Sequence[str], own: Mapping[str, str], *, folder: Path
) -> subprocess.Popen[str]:
    """Start this interpreter with `arguments`, in `folder`, in its own session."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(own),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str], seconds: float = SECONDS) -> tuple[str, str]:
    """Return its output and errors; after `seconds` it is killed with its children."""
    try:
        return process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # the children too, which hold its pipes open
        return process.communicate()


def run(
    arguments: Sequence[str], own: Mapping[str, str], *, folder: Path, seconds: float = SECONDS
) -> Ended:
    """Run it to its end, or kill it after `seconds`; its code is then that of SIGKILL."""
    began = time.monotonic()
    with start(arguments, own, folder=folder) as process:
        output, errors = finish(process, seconds)
    return Ended(process.returncode, output, errors, time.monotonic() - began)

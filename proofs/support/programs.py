"""Runs a program in a process of its own, for a bounded time, in an environment of its own."""

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
SECONDS = 60.0  # how long a program may take on a busy machine before it is ended
# Variables that change what a library does; those of pytest make ours raise where it would log.
_OTHERS = ("TYPEDPROM_", "SMS_", "OTEL_", "PROMETHEUS_", "PYTEST_", "PROOFS_", "XDG_")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: its code, negative for a signal, what it said, how long it took."""

    code: int
    output: str
    errors: str
    seconds: float


def hear_signals() -> None:
    """Let the programs that we start hear signals that `nohup` and background shells ignore."""
    for name in ("SIGHUP", "SIGINT", "SIGQUIT"):
        if signal.getsignal(number := signal.Signals[name]) == signal.SIG_IGN:
            heard = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
            signal.signal(number, heard)


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """Ours without what would change a library, and with `own`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_OTHERS)}
    path = os.pathsep.join(filter(None, (str(ROOT), kept.get("PYTHONPATH"))))
    return {**kept, "PYTHONPATH": path, **own}


def start(
    arguments: Sequence[str], own: Mapping[str, str], *, folder: Path
) -> subprocess.Popen[str]:
    """Start this interpreter with `arguments`, in `folder`, in a session of its own."""
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
    """What it printed and complained of; after so many seconds it is killed with its children."""
    try:
        return process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # children too: they hold what it prints to
        return process.communicate()


def run(
    arguments: Sequence[str], own: Mapping[str, str], *, folder: Path, seconds: float = SECONDS
) -> Ended:
    """Run it to its end, or end it after so many seconds: its code is then that of SIGKILL."""
    began = time.monotonic()
    with start(arguments, own, folder=folder) as process:
        output, errors = finish(process, seconds)
    return Ended(process.returncode, output, errors, time.monotonic() - began)

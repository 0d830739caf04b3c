"""What a torture test disturbs: a gateway that restarts at one address, a disk that fills up."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from proofs.torture.plan import Restart
from tools.running import free_port, pushgateway

DISK_BYTES = 32 * 1024 * 1024
_CHUNK = bytes(4096)


class Gateway:
    """A Pushgateway that can be restarted."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._saved = folder / "saved"
        self._running = ExitStack()

    def start(self) -> None:
        """Start it, with the metrics that it saved, if any."""
        self._running.enter_context(
            pushgateway(self._folder, port=self.port, persistence=self._saved)
        )

    def stop(self) -> None:
        """Stop it; it saves its metrics."""
        self._running.close()

    def restart(self, how: Restart) -> None:
        """Stop it and start it again, with or without its metrics."""
        self.stop()
        if how is Restart.WITHOUT:
            self._saved.unlink(missing_ok=True)
        self.start()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """Yield a file system of a few megabytes at `folder`; None if we may not mount one."""
    folder.mkdir()
    size = f"size={DISK_BYTES}"
    if os.geteuid() or _call("mount", "-t", "tmpfs", "-o", size, "proofs", str(folder)):
        yield None
        return
    try:
        yield folder
    finally:
        _call("umount", "--lazy", str(folder))


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Keep the disk full during the block."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(_CHUNK)
        except OSError:
            pass  # the disk is full, as intended
        try:
            yield
        finally:
            ballast.unlink()


def _call(*command: str) -> int:
    return subprocess.run(command, capture_output=True, check=False).returncode

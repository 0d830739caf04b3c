"""Starts servers for the applications of this folder, and the server of a spool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.workers.programs import Program, started
from tools.running import HOST

_AT = rf"http://{HOST}:(\d+)"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and its port."""

    program: Program
    port: int


@contextmanager
def gunicorn(
    folder: Path, *options: str, environment: Mapping[str, str], module: str = "wsgi_program"
) -> Iterator[Server]:
    """Run gunicorn with three workers."""
    arguments = (
        *("gunicorn", f"tests.workers.{module}:application"),
        *("--bind", f"{HOST}:0", "--workers", "3", "--no-control-socket"),
    )
    log = folder / "gunicorn.log"
    with started(log, *arguments, *options, environment=environment) as program:
        yield Server(program, int(program.said(f"Listening at: {_AT}")))


@contextmanager
def uvicorn(
    folder: Path,
    *,
    environment: Mapping[str, str],
    application: str = "asgi_program:application",
) -> Iterator[Server]:
    """Run uvicorn with two workers."""
    arguments = (
        *("uvicorn", f"tests.workers.{application}", "--no-access-log"),
        *("--host", HOST, "--port", "0", "--workers", "2"),
    )
    with started(folder / "uvicorn.log", *arguments, environment=environment) as program:
        program.said("(startup complete)")  # of the first worker
        yield Server(program, int(program.said(f"running on {_AT}")))


@contextmanager
def spool_server(folder: Path, spool: Path) -> Iterator[Server]:
    """Run `typedprom-spool serve`."""
    arguments = ("typedprom.delivery.cli", "serve", str(spool), "--port", "0")
    with started(folder / "serve.log", *arguments) as program:
        yield Server(program, int(program.said(_AT)))

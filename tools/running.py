"""Starts the servers of .servers/ on free loopback ports, waits until ready, stops them by pid."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from socketserver import BaseServer
from threading import Thread
from types import MappingProxyType

from tools import servers
from tools.servers import Build, ServersError, alertmanager_folder, program

HOST = "127.0.0.1"
SCRAPE_SECONDS = 1
_ATTEMPTS = 5
_START_SECONDS = 20.0
_STOP_SECONDS = 10.0
_PORT_TAKEN = "address already in use"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its port, process and log."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def address(self) -> str:
        """Host and port, in the form of push_to_gateway."""
        return f"{HOST}:{self.port}"


@contextmanager
def prometheus(
    folder: Path,
    scraped: Mapping[str, int],
    *,
    data: Path | None = None,
    build: Build = Build.STABLE,
    features: Sequence[str] = (),
    every: int = SCRAPE_SECONDS,
    scraping: Mapping[str, object] = MappingProxyType({}),
    rules: Sequence[Path] = (),
) -> Iterator[Server]:
    """Run a Prometheus that scrapes each port of `scraped`, a mapping by job, `every` seconds.

    Its samples are kept in `data`, by default below `folder`. `features` are the values of its flag
    `--enable-feature`; a build logs values that it does not support and ignores them. `scraping`
    are further fields of each scrape configuration, `rules` are files with rules.
    """
    config = {
        "global": {
            "scrape_interval": f"{every}s",
            "scrape_timeout": f"{every}s",
            "evaluation_interval": f"{every}s",
        },
        "rule_files": [*map(str, rules)],
        "scrape_configs": [
            {
                "job_name": job,
                "honor_labels": True,  # a Pushgateway exposes the labels of the pushing job
                "static_configs": [{"targets": [f"{HOST}:{port}"]}],
                **scraping,
            }
            for job, port in scraped.items()
        ],
    }
    path = folder / "prometheus.yml"
    path.write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML

    def arguments(port: int) -> list[str]:
        return [
            f"--config.file={path}",
            f"--storage.tsdb.path={data or folder / 'data'}",
            f"--web.listen-address={HOST}:{port}",
            *([f"--enable-feature={','.join(features)}"] if features else []),
        ]

    with running("prometheus", arguments, folder, binary=program("prometheus", build)) as server:
        yield server


@contextmanager
def pushgateway(
    folder: Path, *, port: int | None = None, persistence: Path | None = None
) -> Iterator[Server]:
    """Run a Pushgateway, by default on a free port, without metrics and without persistence.

    With `persistence` it loads the metrics from that file, and saves them there.
    """

    def arguments(port: int) -> list[str]:
        # Debian's build uses a system file by default.
        return [f"--web.listen-address={HOST}:{port}", f"--persistence.file={persistence or ''}"]

    with running("prometheus-pushgateway", arguments, folder, port=port) as server:
        yield server


@contextmanager
def node_exporter(folder: Path, textfiles: Path) -> Iterator[Server]:
    """Run a node_exporter that exposes the files of a folder and nothing else."""

    def arguments(port: int) -> list[str]:
        return [
            f"--web.listen-address={HOST}:{port}",
            *("--collector.disable-defaults", "--collector.textfile"),
            f"--collector.textfile.directory={textfiles}",
        ]

    binary = servers.node_exporter()
    with running("node-exporter", arguments, folder, binary=binary) as server:
        yield server


@contextmanager
def alertmanager(folder: Path, config: Path | None = None) -> Iterator[Server]:
    """Run an Alertmanager without a cluster; without `config` it drops every alert."""
    if config is None:
        config = folder / "alertmanager.yml"
        config.write_text(
            json.dumps({"route": {"receiver": "none"}, "receivers": [{"name": "none"}]})
        )

    def arguments(port: int) -> list[str]:
        return [
            f"--config.file={config}",
            f"--storage.path={folder / 'alerts'}",
            f"--web.listen-address={HOST}:{port}",
            "--cluster.listen-address=",
        ]

    with running("prometheus-alertmanager", arguments, folder, cwd=alertmanager_folder()) as server:
        yield server


@contextmanager
def running(
    name: str,
    arguments: Callable[[int], list[str]],
    folder: Path,
    *,
    cwd: Path | None = None,
    binary: Path | None = None,
    port: int | None = None,
    ready: str = "/-/ready",
) -> Iterator[Server]:
    """Run `name`; if another process takes the free port first, try again with another port.

    `arguments` are for a port; `cwd` is `folder` by default, `binary` the unpacked program. `ready`
    is a path that it answers once it is ready.
    """
    for _ in range(_ATTEMPTS):
        chosen = port or free_port()
        command = [str(binary or program(name)), *arguments(chosen)]
        server = _start(name, chosen, command, folder, cwd or folder)
        try:
            if _becomes_ready(server, ready):
                yield server
                return
        finally:
            stop(server)
        if _PORT_TAKEN not in _log_of(server):
            break
    raise ServersError(f"{name} does not start:\n{_log_of(server)[-2000:]}")


def _start(name: str, port: int, command: list[str], folder: Path, cwd: Path) -> Server:
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - a program that we unpacked
            command, cwd=cwd, stdout=output, stderr=subprocess.STDOUT
        )
    return Server(name, port, process, log)


def stop(server: Server) -> None:
    """Terminate the server's process and wait for it; kill it if it does not end."""
    if server.process.poll() is None:
        server.process.terminate()
        try:
            server.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.process.kill()
    server.process.wait()


@contextmanager
def serving(server: BaseServer) -> Iterator[None]:
    """Run a server of the standard library in a thread during the block."""
    with server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _becomes_ready(server: Server, path: str) -> bool:
    """Whether the server answers within the time limit and before it exits."""
    deadline = time.monotonic() + _START_SECONDS
    while server.process.poll() is None and time.monotonic() < deadline:
        if _answers(server.port, path):
            return server.process.poll() is None
        time.sleep(0.05)
    return False


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _log_of(server: Server) -> str:
    return server.log.read_text(encoding="utf-8", errors="replace")

"""The ways to serve metrics over HTTP. What they need is imported when they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path
    from wsgiref.types import WSGIApplication

    from typedprom.exposition.asgi import Application as ASGIApplication
    from typedprom.exposition.prom_client import Registry
    from typedprom.exposition.server import MetricsServer
    from typedprom.exposition.sources import Source


class TLS(NamedTuple):
    """Files in PEM to serve https with, TLS 1.2 or newer.

    `certificate` is the server's, followed by those in between; `key` has no password. With
    `clients` only clients come in whose certificate the authorities in that file have signed.
    Files that are replaced are read again, without a restart.
    """

    certificate: Path
    key: Path
    clients: Path | None = None


def serve(
    port: int | None = None,
    addr: str = "127.0.0.1",
    *,
    registry: Registry | None = None,
    health: str | None = None,
    tls: TLS | None = None,
    users: Path | None = None,
) -> MetricsServer:
    """Serve `/metrics` from a daemon thread; close what is returned, or use it in a `with` block.

    Without `port` the environment variable that the catalog names for it says which; 0 takes any
    free port, and `port` of what is returned says which. Only this machine can connect unless
    `addr` says otherwise: "" or "0.0.0.0" for all of IPv4, "::" for IPv6. Metrics come from
    `registry`, by default prometheus_client's own. `health` is a path that answers `ok`.

    With `tls` the server speaks https only. `users` is a file with a line for each user that may
    come in by Basic authentication, `typedprom.exposition.users.line(user, password)`; only the
    health path is open to everybody. Without TLS whoever sees the traffic reads the passwords.

    Raises ValueError if there is no port or none that is valid, or if a file is not what it should
    be; OSError if the port cannot be had.
    """
    from typedprom.core.environment import metrics_port
    from typedprom.exposition.server import MetricsServer

    chosen = metrics_port() if port is None else port
    source = _source(registry)
    return MetricsServer(addr, chosen, source, health=health, tls=tls, users=users)


def wsgi_app(*, registry: Registry | None = None) -> WSGIApplication:
    """A WSGI application that answers any path it is mounted at with the metrics."""
    from typedprom.exposition.wsgi import application

    return application(_source(registry))


def asgi_app(*, registry: Registry | None = None) -> ASGIApplication:
    """An ASGI application that answers any path it is mounted at with the metrics.

    Under asyncio they are rendered in threads of ours, so that the loop goes on.
    """
    from typedprom.exposition.asgi import application

    return application(_source(registry))


def _source(registry: Registry | None) -> Source:
    from typedprom.exposition.registry_source import ProcessSource

    return ProcessSource(registry)

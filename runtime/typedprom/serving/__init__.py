"""The ways to serve metrics over HTTP. What they need is imported when they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typedprom.serving.tls import TLS

if TYPE_CHECKING:
    from pathlib import Path
    from ssl import SSLContext
    from wsgiref.types import WSGIApplication

    from typedprom.exposition.prom_client import Registry
    from typedprom.serving.apps import ASGIApplication
    from typedprom.serving.server import MetricsServer

__all__ = ["TLS", "asgi_app", "serve", "wsgi_app"]


def serve(
    port: int | None = None,
    addr: str = "127.0.0.1",
    *,
    registry: Registry | None = None,
    health: str | None = None,
    tls: TLS | None = None,
    ssl_context: SSLContext | None = None,
    web_config: Path | None = None,
) -> MetricsServer:
    """Serve `/metrics` from daemon threads; close what is returned, or use it in a `with` block.

    Without `port` the environment variable that the catalog names for it says which; 0 takes any
    free port, and `port` of what is returned says which. Only this machine can connect unless
    `addr` says otherwise: "" or "0.0.0.0" for all of IPv4, "::" for IPv6. Metrics come from
    `registry`, by default prometheus_client's own. `health` is a path that answers `ok`.

    One of three makes it https only: `tls` names files, `ssl_context` is used as it is,
    `web_config` is what Prometheus exporters take as `--web.config.file`. That file also lists the
    users that Basic authentication lets in, to all paths but `health`, which is open; it needs
    `pip install typedprom[web]`. Files that change are read again, without a restart.

    Raises ValueError if there is no valid port or a file is not what it should be, OSError if the
    port cannot be bound, ImportError if the packages that `web_config` needs are not installed.
    """
    from typedprom.core.environment import metrics_port
    from typedprom.exposition.registry_source import ProcessSource
    from typedprom.serving.server import MetricsServer

    return MetricsServer(
        addr,
        metrics_port() if port is None else port,
        ProcessSource(registry),
        health=health,
        tls=tls,
        ssl_context=ssl_context,
        web_config=web_config,
    )


def wsgi_app(*, registry: Registry | None = None) -> WSGIApplication:
    """A WSGI application that answers any path it is mounted at with the metrics."""
    from typedprom.exposition.registry_source import ProcessSource
    from typedprom.serving.apps import wsgi_application

    return wsgi_application(ProcessSource(registry))


def asgi_app(*, registry: Registry | None = None) -> ASGIApplication:
    """An ASGI application that answers any path it is mounted at with the metrics.

    Under asyncio they are rendered in threads of ours, so that the loop goes on.
    """
    from typedprom.exposition.registry_source import ProcessSource
    from typedprom.serving.apps import asgi_application

    return asgi_application(ProcessSource(registry))

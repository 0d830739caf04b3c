"""A real Prometheus whose password is known gets through, whatever others do meanwhile."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.exposition.scraping import Job, configure
from tests.serving import flood_program
from tests.serving.asking import Fixed
from tests.serving.web_files import web_config
from tests.support.certificates import authority
from tests.support.needs import require_servers
from tools.promql_api import Api, wait_until
from tools.running import HOST, prometheus
from typedprom.serving.server import CONNECTIONS, MetricsServer

BODY = b"".join(b'x_c_total{source_id="%0100d"} 1.0\n' % number for number in range(2_000))
SCRAPES = 3


class Text(Fixed):
    """Metrics, as text."""

    def render(self, accept: str, names: object) -> tuple[str, bytes]:
        del names
        self.asked.append((accept, []))
        return "text/plain; version=0.0.4; charset=utf-8", BODY


@contextmanager
def flood(kind: str, count: int, port: int) -> Iterator[None]:
    """Clients that come again whenever they are answered or cut."""
    command = [sys.executable, flood_program.__file__, kind, str(count), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            yield
        finally:
            process.kill()


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "count", "https"),
    [
        ("plain", 150, False),
        ("plain", 150, True),
        ("guess", 150, False),
        ("giant", 150, False),
        ("slow", 300, False),
        ("half", 300, True),
        ("half", 1000, True),
    ],
)
def test_every_scrape_is_answered(kind: str, count: int, https: bool, tmp_path: Path) -> None:
    require_servers()
    ours = authority(tmp_path)
    issued = ours.issue("server") if https else None
    file = web_config(tmp_path / "web.yml", issued, prometheus="secret")
    source = Text(b"")
    with (
        MetricsServer(HOST, 0, source, web_config=file) as server,
        prometheus(tmp_path, {}) as scraper,
    ):
        job: Job = {"basic_auth": {"username": "prometheus", "password": "secret"}}
        job |= {"scrape_interval": "5s", "scrape_timeout": "5s"} if count > 300 else {}
        if https:
            trusting = {"ca_file": str(ours.own.certificate)}
            job |= {"scheme": "https", "tls_config": trusting}
        configure(tmp_path / "prometheus.yml", {"known": job}, server.port)
        scraper.process.send_signal(signal.SIGHUP)
        api = Api(scraper.port)
        wait_until(lambda: api.value("sum(up)") == 1, seconds=30, what="the first scrape")
        with flood(kind, count, server.port):
            asked = len(source.asked)
            wanted = asked + (2 if count > 300 else SCRAPES)
            wait_until(lambda: len(source.asked) >= wanted, seconds=60, what="some scrapes")
            assert len(server._open) <= CONNECTIONS
            assert api.value("min_over_time(up[1m])") == 1

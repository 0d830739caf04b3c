"""A source of one's own: what it is asked for, and that it needs no prometheus_client."""

from __future__ import annotations

import gzip
from collections.abc import Sequence

import pytest

from tests.serving.asking import Fixed, ask
from tests.support.programs import run_python
from typedprom.exposition.sources import UnreadableError
from typedprom.serving.server import MetricsServer

HOST = "127.0.0.1"


def test_it_is_asked_and_its_answer_is_served() -> None:
    source = Fixed(b"x 1\n" * 100)
    with MetricsServer(HOST, 0, source) as server:
        response, body = ask(server, path="/metrics?name[]=a&name[]=b&other=c", Accept="a/b")
        assert (response.headers["Content-Type"], body) == ("text/fixed", b"x 1\n" * 100)
        response, body = ask(server, Accept_Encoding="gzip")
        assert gzip.decompress(body) == b"x 1\n" * 100
        response, body = ask(server, "HEAD")
        assert (response.headers["Content-Length"], body) == ("400", b"")
    assert source.asked == [("a/b", ["a", "b"]), ("", []), ("", [])]


@pytest.mark.usefixtures("lenient")
def test_one_that_raises_costs_one_scrape() -> None:
    class Broken:
        def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
            raise OSError(accept, names)

    with MetricsServer(HOST, 0, Broken()) as server:
        assert ask(server)[0].status == 500
        assert ask(server)[0].status == 500


@pytest.mark.usefixtures("lenient")
def test_one_that_cannot_be_read_blames_no_collector(caplog: pytest.LogCaptureFixture) -> None:
    class Unreadable:
        def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
            del accept, names
            raise UnreadableError from PermissionError(13, "Permission denied", "/secret/totals")

    with MetricsServer(HOST, 0, Unreadable()) as server:
        for _ in range(2):
            response, body = ask(server)
            assert response.status == 500
            assert body == b"the metrics cannot be read: PermissionError\n"
    (message,) = caplog.messages
    assert message.startswith("the metrics cannot be read: [Errno 13]")
    assert "'/secret/totals'" in message


def test_serving_it_imports_no_prometheus_client() -> None:
    done = run_python("-X", "dev", "-W", "error", "-c", WITHOUT)
    assert (done.stdout, done.stderr) == ("b'x 1'\nset()\n", "")


WITHOUT = """
import sys
from urllib.request import urlopen
from typedprom.serving.server import MetricsServer
class Source:
    def render(self, accept, names):
        return "text/plain", b"x 1"
with MetricsServer("127.0.0.1", 0, Source(), health="/healthz") as server:
    with urlopen(server.url, timeout=10) as response:
        print(response.read())
    import typedprom.serving.tls, typedprom.serving.apps
print({"prometheus_client"} & {*sys.modules})
"""

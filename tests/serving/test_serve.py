"""`serve()`: what it answers, where it listens, how it ends."""

from __future__ import annotations

import gzip
import os
import socket
import threading
from asyncio import CancelledError
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Metric

import typedprom
from tests.exposition.exposed import counter_by_two, fresh, histogram_by_source, theirs
from tests.serving.asking import ask
from tests.support.programs import run_python
from typedprom import Catalog, Environment
from typedprom.core import environment
from typedprom.exposition.negotiation import OPENMETRICS, TEXT
from typedprom.serving import responses
from typedprom.serving.server import RENDERS, MetricsServer

HOST = "127.0.0.1"


@pytest.fixture
def registry() -> CollectorRegistry:
    """A registry with a counter and a histogram that were used."""
    catalog = fresh()
    counter_by_two(catalog).inc(3, source_id="kexp", error_type="dns")
    histogram_by_source(catalog).observe(0.5, source_id="kexp")
    registry = CollectorRegistry()
    for metric in catalog.metrics.values():
        registry.register(metric)
    return registry


@pytest.fixture
def server(registry: CollectorRegistry) -> Iterator[MetricsServer]:
    with typedprom.serve(0, registry=registry, health="/healthz") as server:
        yield server


def test_text_is_the_default(server: MetricsServer, registry: CollectorRegistry) -> None:
    response, body = ask(server)
    assert (response.status, body.decode()) == (200, theirs(registry, TEXT))
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert response.headers["Content-Length"] == str(len(body))


def test_openmetrics_on_accept(server: MetricsServer, registry: CollectorRegistry) -> None:
    response, body = ask(server, Accept="application/openmetrics-text;version=1.0.0,*/*;q=0.1")
    assert body.decode() == theirs(registry, OPENMETRICS)
    assert response.headers["Content-Type"].startswith("application/openmetrics-text")


def test_gzip_when_asked(server: MetricsServer, registry: CollectorRegistry) -> None:
    response, body = ask(server, Accept_Encoding="gzip")
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body).decode() == theirs(registry, TEXT)


def test_some_names_only(server: MetricsServer) -> None:
    _, body = ask(server, path="/metrics?name[]=x_c_total&name%5B%5D=x_h_seconds_sum")
    samples = sorted(line for line in body.decode().splitlines() if line[0] != "#")
    assert samples == [
        'x_c_total{error_type="dns",source_id="kexp"} 3.0',
        'x_h_seconds_sum{source_id="kexp"} 0.5',
    ]


def test_head_has_the_headers_of_get_and_no_body(server: MetricsServer) -> None:
    response, body = ask(server, "HEAD")
    assert (response.status, body) == (200, b"")
    assert response.headers["Content-Length"] == str(len(ask(server)[1]))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", ["/metrics", "/healthz"])
def test_other_methods_are_not_allowed(server: MetricsServer, method: str, path: str) -> None:
    response, _ = ask(server, method, path)
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/metrics/", "/metric", "/favicon.ico", "/..%2fmetrics"])
def test_other_paths_are_not_found(server: MetricsServer, path: str) -> None:
    assert ask(server, path=path)[0].status == 404


def test_health_path_only_where_wanted(registry: CollectorRegistry, server: MetricsServer) -> None:
    assert ask(server, path="/healthz")[1] == b"ok\n"
    with typedprom.serve(0, registry=registry) as other:
        assert ask(other, path="/healthz")[0].status == 404


@pytest.mark.usefixtures("lenient")
def test_a_collector_that_raises_costs_one_scrape(registry: CollectorRegistry) -> None:
    class Broken:
        broken = True

        def collect(self) -> list[Metric]:
            if self.broken:
                raise OSError("secret of the machine")
            return []

    collector = Broken()
    collector.broken = False
    registry.register(collector)
    collector.broken = True
    with typedprom.serve(0, registry=registry) as server:
        response, body = ask(server)
        assert (response.status, body) == (500, b"a collector raised OSError\n")
        collector.broken = False
        assert ask(server)[0].status == 200


class Raising:
    """A collector that raises, if it has something to."""

    error: BaseException | None = None

    def collect(self) -> list[Metric]:
        if self.error is not None:
            raise self.error
        return []


class NotOurs(BaseException):
    """As gevent's Timeout is one."""


@pytest.mark.usefixtures("lenient")
@pytest.mark.parametrize("kind", [CancelledError, SystemExit, KeyboardInterrupt, NotOurs])
def test_nothing_that_a_collector_raises_ends_a_worker(
    kind: type[BaseException], registry: CollectorRegistry
) -> None:
    collector = Raising()
    registry.register(collector)
    with typedprom.serve(0, registry=registry) as server:
        collector.error = kind()
        for _ in range(RENDERS + 1):
            response, body = ask(server)
            assert (response.status, body) == (
                500,
                f"a collector raised {kind.__name__}\n".encode(),
            )
        assert ask(server, "HEAD")[1] == b""
        collector.error = None
        assert ask(server)[0].status == 200


def test_scrapes_that_hang_keep_nothing_else_waiting(registry: CollectorRegistry) -> None:
    go_on, entered = threading.Event(), threading.Semaphore(0)

    class Hanging:
        def collect(self) -> list[Metric]:
            entered.release()
            go_on.wait(30)
            return []

    registry.register(Hanging())
    with (
        typedprom.serve(0, registry=registry, health="/healthz") as server,
        ThreadPoolExecutor(RENDERS) as pool,
    ):
        try:
            hung = [pool.submit(ask, server) for _ in range(RENDERS)]
            for _ in range(RENDERS):
                assert entered.acquire(timeout=10)
            assert ask(server, path="/healthz")[1] == b"ok\n"
            assert ask(server, "HEAD", path="/healthz")[0].status == 200
            assert ask(server, "POST", path="/healthz")[0].status == 405
            assert ask(server, path="/other")[0].status == 404
        finally:
            go_on.set()
        assert [scrape.result()[0].status for scrape in hung] == [200] * RENDERS


def test_an_empty_registry_may_be_false() -> None:
    class Sized(CollectorRegistry):
        def __len__(self) -> int:
            return len([*self.collect()])

    with typedprom.serve(0, registry=Sized()) as server:
        assert ask(server)[1] == b""


def test_one_slow_collector_does_not_keep_others_waiting(registry: CollectorRegistry) -> None:
    entered, go_on = threading.Event(), threading.Event()

    class Slow:
        def collect(self) -> list[Metric]:
            if entered.is_set():
                return []
            entered.set()
            go_on.wait(10)
            return []

    entered.set()
    registry.register(Slow())
    entered.clear()
    with typedprom.serve(0, registry=registry) as server:
        slow = threading.Thread(target=ask, args=(server,))
        slow.start()
        try:
            assert entered.wait(10)
            assert ask(server)[0].status == 200
        finally:
            go_on.set()
            slow.join()


def test_a_collector_that_hangs_is_not_waited_for(
    registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responses, "RENDER_SECONDS", 0.2)
    go_on = threading.Event()
    go_on.set()

    class Hanging:
        def collect(self) -> list[Metric]:
            go_on.wait(10)
            return []

    registry.register(Hanging())
    go_on.clear()
    with typedprom.serve(0, registry=registry) as server:
        assert ask(server)[0].status == 503
        go_on.set()


def test_it_listens_on_loopback_unless_told(registry: CollectorRegistry) -> None:
    with typedprom.serve(0, registry=registry) as server:
        assert server.addr == HOST
        assert server.url == f"http://{HOST}:{server.port}/metrics"
    with typedprom.serve(0, "0.0.0.0", registry=registry) as server:  # noqa: S104 - told
        assert server.addr == "0.0.0.0"  # noqa: S104


def test_no_address_is_all_of_ipv4(registry: CollectorRegistry) -> None:
    with typedprom.serve(0, "", registry=registry) as server:
        assert server.addr == "0.0.0.0"  # noqa: S104 - told
        assert ask(server)[0].status == 200


@pytest.mark.parametrize("port", [65536, 74857, -1, "abc", "80", 1.5, 80.0, True, 2**70])
def test_what_is_not_a_port(port: Any) -> None:
    with pytest.raises(ValueError, match=r" is not a port: it must be a number from 0 to 65535"):
        typedprom.serve(port)


def test_ipv6(registry: CollectorRegistry) -> None:
    try:
        server = typedprom.serve(0, "::1", registry=registry)
    except OSError:
        pytest.skip("no IPv6 here")
    with server:
        assert server.url.startswith("http://[::1]:")
        assert ask(server)[0].status == 200


def test_a_port_that_is_taken_is_an_error_at_once(server: MetricsServer) -> None:
    with pytest.raises(OSError, match="in use"):
        typedprom.serve(server.port)


def test_closing_frees_the_port_and_ends_the_threads(registry: CollectorRegistry) -> None:
    before = {*threading.enumerate()}  # those of other tests, which may be hung by intent
    server = typedprom.serve(0, registry=registry)
    ask(server)
    server.close()
    server.close()
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect((HOST, server.port))
    with typedprom.serve(server.port, registry=registry) as again:
        assert ask(again)[0].status == 200
    ours = [one for one in threading.enumerate() if one.name.startswith("typedprom")]
    ours = [thread for thread in ours if thread not in before]
    for thread in ours:
        thread.join(10)
    assert not any(thread.is_alive() for thread in ours)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_lets_go_of_the_port() -> None:
    done = run_python("-X", "dev", "-W", "error", "-c", FORKING)
    assert (done.stdout, done.stderr) == ("served 200\nrefused\nserved 200\n", "")


FORKING = """
import os, socket, sys, time
from urllib.request import urlopen
import typedprom
server = typedprom.serve(0)
asked = server.port
def get():
    with urlopen(server.url, timeout=10) as response:
        print("served", response.status, flush=True)
get()
to_child, to_parent = os.pipe(), os.pipe()
pid = os.fork()
if pid == 0:
    os.read(to_child[0], 1)  # the parent has closed its server
    with socket.socket() as probe:
        print("refused" if probe.connect_ex(("127.0.0.1", asked)) else "open", flush=True)
    server.close()
    server = typedprom.serve(0)
    get()
    server.close()
    os._exit(0)
server.close()
os.write(to_child[1], b"!")
sys.exit(os.waitpid(pid, 0)[1])
"""


def test_a_program_ends_without_closing_and_without_a_word() -> None:
    done = run_python("-X", "dev", "-W", "error", "-c", ENDING)
    assert (done.stdout, done.stderr, done.returncode) == ("200\n", "", 0)


ENDING = """
from urllib.request import urlopen
import typedprom
with urlopen(typedprom.serve(0).url, timeout=10) as response:
    print(response.status)
"""


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """No catalog has named a variable yet."""
    monkeypatch.setattr(environment, "_port_variables", {})
    for name in ("X_PORT", "Y_PORT"):
        monkeypatch.delenv(name, raising=False)


def register(variable: str | None) -> None:
    environment = Environment(metrics_port=variable)
    catalog = Catalog(namespace="x", title="", description="", interface=1, environment=environment)
    catalog.register(CollectorRegistry())


@pytest.mark.usefixtures("variables")
def test_the_port_comes_from_the_catalogs_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    register("X_PORT")
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("X_PORT", str(port))
    with typedprom.serve() as server:
        assert server.port == port
        assert ask(server)[0].status == 200


@pytest.mark.usefixtures("variables")
def test_without_a_port_the_error_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="no registered catalog names a variable"):
        typedprom.serve()
    register(None)
    register("X_PORT")
    register("Y_PORT")
    with pytest.raises(ValueError, match=r"set X_PORT or Y_PORT, or call serve\(port\)"):
        typedprom.serve()
    monkeypatch.setenv("X_PORT", "9101")
    monkeypatch.setenv("Y_PORT", "9102")
    with pytest.raises(ValueError, match="X_PORT=9101 and Y_PORT=9102 name different ports"):
        typedprom.serve()


@pytest.mark.usefixtures("variables")
@pytest.mark.parametrize(
    "text", ["0", "65536", "-1", " 80", "8e1", "٣", "port", "9" * 5000, "80.0", ":9101"]
)
def test_a_bad_port_in_the_variable(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    register("X_PORT")
    monkeypatch.setenv("X_PORT", text)
    with pytest.raises(ValueError, match=r"X_PORT='.*' is not a port: .* from 1 to 65535"):
        typedprom.serve()


def test_importing_typedprom_imports_no_server() -> None:
    program = "import sys, typedprom; print({'http', 'gzip', 'email', 'socket'} & {*sys.modules})"
    assert run_python("-c", program).stdout == "set()\n"

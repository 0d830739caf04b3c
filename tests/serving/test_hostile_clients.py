"""Slow, broken and greedy clients do not keep a server from answering the others."""

from __future__ import annotations

import resource
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

import typedprom
from tests.exposition.exposed import counter_by_two, fresh
from tests.serving.asking import Fixed
from typedprom.serving import server as server_module
from typedprom.serving.server import CONNECTIONS, RENDERS, MetricsServer, Step

GET = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
SLOW_SECONDS = 0.2  # that a slow source takes
LARGE = 20_000  # series: more than the buffers of two sockets hold


class Slow(Fixed):
    """A source that takes a while."""

    def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
        time.sleep(SLOW_SECONDS)
        return super().render(accept, names)


@pytest.fixture
def registry() -> CollectorRegistry:
    counter = counter_by_two(fresh())
    for number in range(LARGE):
        counter.inc(source_id=f"source_{number:0100}", error_type="dns")
    registry = CollectorRegistry()
    registry.register(counter)
    return registry


@pytest.fixture
def server(registry: CollectorRegistry) -> Iterator[MetricsServer]:
    with typedprom.serve(0, registry=registry) as server:
        yield server


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking may take a quarter of a second."""
    monkeypatch.setattr(server_module, "ARRIVING", Step(0.25, 0.25))


def client_of(server: MetricsServer) -> socket.socket:
    return socket.create_connection((server.addr, server.port), timeout=20)


def read_all(client: socket.socket) -> bytes:
    parts = []
    while part := client.recv(1 << 20):
        parts.append(part)
    return b"".join(parts)


def answer_to(server: MetricsServer, sent: bytes) -> bytes:
    with client_of(server) as client:
        client.sendall(sent)
        return read_all(client)


def assert_serves(server: MetricsServer) -> None:
    answer = answer_to(server, GET)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body.count(b"\nx_c_total{") == LARGE
    assert f"Content-Length: {len(body)}\r\n".encode() in head


@pytest.fixture
def many_files() -> Iterator[None]:
    """The process may open some thousand files."""
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(before, min(4096, most)), most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))


@pytest.mark.usefixtures("many_files")
def test_many_that_never_finish_their_request(server: MetricsServer) -> None:
    with ExitStack() as stack:
        for number in range(10 * CONNECTIONS):
            client = stack.enter_context(client_of(server))
            client.sendall(GET[: number % len(GET)])
        assert_serves(server)


@pytest.mark.usefixtures("impatient")
def test_one_byte_at_a_time_is_too_slow(server: MetricsServer) -> None:
    with client_of(server) as client:
        started = time.monotonic()
        client.sendall(b"GET /metrics HTTP/1.1\r\nX: ")
        with pytest.raises(OSError, match=r"reset|pipe"):  # noqa: PT012 - when, is the point
            while time.monotonic() < started + 15:
                client.sendall(b"y")
                time.sleep(0.05)
        assert time.monotonic() < started + 10
    assert_serves(server)


@pytest.mark.usefixtures("impatient")
def test_a_silent_client_gets_408(server: MetricsServer) -> None:
    assert answer_to(server, b"GET /me").startswith(b"HTTP/1.1 408 ")


def test_requests_of_clients_that_left_are_not_rendered() -> None:
    renders = Slow(b"x 1\n")
    with MetricsServer("127.0.0.1", 0, renders) as server:
        for _ in range(CONNECTIONS):
            with client_of(server) as client:
                client.sendall(GET)
        began = time.monotonic()
        assert answer_to(server, GET).endswith(b"x 1\n")
        assert (
            time.monotonic() - began < CONNECTIONS * SLOW_SECONDS / RENDERS
        )  # as if all were rendered
    assert len(renders.asked) < CONNECTIONS / 2


def test_many_that_do_not_read_the_answer(
    server: MetricsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "UNSENT_BYTES", 8 << 20)
    with ExitStack() as stack:
        for _ in range(12):
            stack.enter_context(client_of(server)).sendall(GET)
        assert_serves(server)


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /metrics HTTP/1.1\r\nX: " + b"y" * 20_000,
        b"GET /metrics HTTP/1.1\r\n" + b"X: y\r\n" * 10_000,
        b"GET /" + b"m" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"y" * 1_000_000,
        b"\r\n" * 500_000,
    ],
)
def test_a_head_that_is_too_large(server: MetricsServer, sent: bytes) -> None:
    with client_of(server) as client:
        try:
            client.sendall(sent)
            assert client.recv(100).startswith(b"HTTP/1.1 431 ")
        except ConnectionError:  # it closes on those who go on sending
            assert len(sent) > 100_000
    assert_serves(server)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /metrics\r\n\r\n", 200),
        (b"GET  /metrics HTTP/1.1\r\n\r\n", 200),
        (b"GET\r\n\r\n", 400),
        (b"GET /metrics HTTP/1.1 x\r\n\r\n", 400),
        (b"GET /metrics HTTP/one\r\n\r\n", 400),
        (b"GET /metrics HTTP/2.0\r\n\r\n", 505),
        (b"GET /metrics HTTP/1.1\r\nno colon\r\n\r\n", 200),
        (b"GET /metrics HTTP/1.1\r\n folded: x\r\n\r\n", 200),
        (b"GET /metrics HTTP/1.1\r\nX : y\r\n\r\n", 200),
        (b"GET /metrics HTTP/1.1\r\n" + b"X: y\r\n" * 101 + b"\r\n", 431),
        (b"GET http://[ HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),  # TLS
        (b"POST /metrics HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", 405),
        (b"\r\n\r\nGET /metrics HTTP/1.0\r\n\r\n", 200),
        (b"GET /metrics HTTP/1.1\n\n", 200),
        (b"GET http://localhost/metrics HTTP/1.1\r\n\r\n", 200),
    ],
)
def test_odd_requests(server: MetricsServer, sent: bytes, status: int) -> None:
    assert answer_to(server, sent).startswith(f"HTTP/1.1 {status} ".encode())


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.tuples(st.just(GET[:-2]), st.binary()).map(b"".join))
def test_no_bytes_end_it(server: MetricsServer, sent: bytes) -> None:
    with client_of(server) as client:
        client.sendall(sent + b"\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        answer = client.recv(20)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 ")


def test_a_client_that_closed_its_half_gets_the_whole_answer(server: MetricsServer) -> None:
    with client_of(server) as client:
        client.sendall(GET)
        client.shutdown(socket.SHUT_WR)
        assert read_all(client).count(b"\nx_c_total{") == LARGE


def test_clients_that_vanish(server: MetricsServer) -> None:
    for length in range(len(GET) + 1):
        client = client_of(server)
        # closing sends a reset
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.sendall(GET[:length])
        client.close()
    assert_serves(server)


def test_an_answer_that_is_read_too_slowly_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "SENDING", Step(0.5, 0.5))
    body = b"x" * (32 << 20)
    with MetricsServer("127.0.0.1", 0, Fixed(body)) as server, client_of(server) as client:
        started = time.monotonic()
        client.sendall(GET)
        assert client.recv(1024).startswith(b"HTTP/1.1 200 OK")
        while server._open and time.monotonic() < started + 15:  # it always gets a bit further
            assert client.recv(1024)
            time.sleep(0.01)
        assert time.monotonic() < started + 10
        with suppress(ConnectionError):
            assert len(read_all(client)) < len(body)


def test_a_second_request_on_a_connection_is_not_answered(server: MetricsServer) -> None:
    assert answer_to(server, GET + GET).count(b"HTTP/1.1 200 OK") == 1

"""Slow, broken and greedy TLS clients do not keep a server from answering the others."""

from __future__ import annotations

import gc
import socket
import ssl
import struct
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.serving.asking import Fixed, ask
from tests.support.certificates import Authority, authority, tls_of
from typedprom.serving import server as server_module
from typedprom.serving.server import MetricsServer, Step
from typedprom.serving.tls import context_of

HOST = "127.0.0.1"
GET = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
# More than the buffers of two sockets hold.
BODY = b"".join(b'x_c_total{source_id="%0100d"} 1.0\n' % number for number in range(40_000))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def running(ours: Authority) -> Iterator[MetricsServer]:
    with MetricsServer(HOST, 0, Fixed(BODY), tls=tls_of(ours.issue("server"))) as server:
        yield server


@pytest.fixture
def server(running: MetricsServer, ours: Authority) -> Iterator[MetricsServer]:
    """A server that still serves when the test is over."""
    yield running
    assert_serves(running, ours)


def assert_serves(server: MetricsServer, ours: Authority) -> None:
    response, body = ask(server, tls=ours.client())
    assert response.status == 200
    assert body == BODY


def plain_client(server: MetricsServer) -> socket.socket:
    return socket.create_connection((server.addr, server.port), timeout=20)


def tls_client(server: MetricsServer, context: ssl.SSLContext) -> ssl.SSLSocket:
    return context.wrap_socket(plain_client(server), server_hostname="localhost")


def only(ours: Authority, version: ssl.TLSVersion) -> ssl.SSLContext:
    context = ours.client()
    context.minimum_version = context.maximum_version = version
    return context


def client_hello() -> bytes:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def read_all(client: socket.socket) -> bytes:
    parts = []
    while part := client.recv(1 << 20):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_many_that_never_finish_their_handshake(
    server: MetricsServer, ours: Authority, share: float
) -> None:
    hello = client_hello()
    with ExitStack() as stack:
        for _ in range(300):
            client = stack.enter_context(plain_client(server))
            client.sendall(hello[: int(len(hello) * share)])
        assert_serves(server, ours)


def test_many_that_never_ask(server: MetricsServer, ours: Authority) -> None:
    with ExitStack() as stack:
        for number in range(200):
            client = stack.enter_context(tls_client(server, ours.client()))
            client.sendall(GET[: number % len(GET)])
        assert_serves(server, ours)


def test_a_silent_client_is_left_when_its_time_is_over(
    server: MetricsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "ARRIVING", Step(0.25, 0.25))
    with plain_client(server) as client:
        client.sendall(client_hello()[:20])
        assert client.recv(100) == b""


def test_one_byte_at_a_time_is_too_slow(
    server: MetricsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "ARRIVING", Step(0.25, 0.25))
    started = time.monotonic()
    with plain_client(server) as client, pytest.raises(ConnectionError):  # noqa: PT012
        for one in client_hello():
            client.sendall(bytes([one]))
            time.sleep(0.05)
    assert time.monotonic() < started + 10


def test_a_client_that_asks_too_slowly_gets_408(
    server: MetricsServer, ours: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "ARRIVING", Step(0.25, 0.25))
    with tls_client(server, ours.client()) as client:
        client.sendall(GET[:10])
        assert read_all(client).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(GET, id="GET"),
        b"POST /metrics HTTP/1.1\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\n\r\n",
        b"SSH-2.0-x\r\n",
        pytest.param(b"\x00" * 100, id="zeros"),
        b"\x16\x03\x01\xff\xff" + b"\x01" * 70_000,
        b"\x16\x03\x01\x00\x00" * 1000,
        b"\x15\x03\x01\x00\x02\x02\x28",
    ],
)
def test_what_is_not_tls(server: MetricsServer, sent: bytes) -> None:
    with plain_client(server) as client, suppress(ConnectionError):
        client.sendall(sent)
        answer = read_all(client)
        if sent[:4] in (b"GET ", b"POST"):
            assert answer.startswith(b"HTTP/1.1 400 ")
            assert answer.endswith(b"\r\n\r\nuse https here\n")
        else:
            assert not answer.startswith(b"HTTP")


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=100), st.integers(0, 300))
def test_no_bytes_end_it(running: MetricsServer, sent: bytes, kept: int) -> None:
    with plain_client(running) as client, suppress(ConnectionError):
        client.sendall(client_hello()[:kept] + sent)
        client.shutdown(socket.SHUT_WR)
        client.recv(20)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=100))
def test_no_bytes_after_the_handshake_end_it(
    running: MetricsServer, ours: Authority, sent: bytes
) -> None:
    """In the clear, where encrypted ones should be."""
    with plain_client(running) as client, suppress(ConnectionError):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = ours.client().wrap_bio(incoming, outgoing, server_hostname="localhost")
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                client.sendall(outgoing.read())
                incoming.write(client.recv(1 << 14))
        client.sendall(outgoing.read() + sent)
        client.shutdown(socket.SHUT_WR)
        client.recv(20)


def commanded(server: MetricsServer, command: bytes, *options: str) -> bytes:
    """What an s_client says that gets a command of its own, a letter, again and again."""
    address = f"{server.addr}:{server.port}"
    with subprocess.Popen(
        ["openssl", "s_client", *options, "-connect", address],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            for _ in range(100):
                time.sleep(0.01)  # it looks at the first letter of what it reads
                process.stdin.write(command + b"\n")
                process.stdin.flush()
        return process.communicate(timeout=20)[1]


def test_renegotiation_is_refused(server: MetricsServer) -> None:
    said = commanded(server, b"R", "-tls1_2")
    assert b"RENEGOTIATING" in said
    assert b"no renegotiation" in said


@pytest.mark.parametrize("command", [b"K", b"k"], ids=["of both", "of the client"])
def test_many_changes_of_keys(server: MetricsServer, command: bytes) -> None:
    assert commanded(server, command, "-tls1_3").count(b"KEYUPDATE") > 1


def test_clients_that_vanish(server: MetricsServer) -> None:
    hello = client_hello()
    for length in range(0, len(hello), 7):
        client = plain_client(server)
        # closing sends a reset
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.sendall(hello[:length])
        client.close()


def test_a_client_that_vanishes_before_the_handshake_leaves_no_socket(ours: Authority) -> None:
    context = context_of(tls_of(ours.issue("server")))
    with socket.create_server((HOST, 0)) as listening:
        client = socket.create_connection(listening.getsockname())
        accepted, _ = listening.accept()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()  # with a reset
        time.sleep(0.1)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with suppress(OSError):
                context.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False)
            gc.collect()
    assert accepted.fileno() == -1
    assert not caught


def test_many_that_do_not_read_the_answer(
    server: MetricsServer, ours: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "UNSENT_BYTES", 8 << 20)
    with ExitStack() as stack:
        for _ in range(12):
            stack.enter_context(tls_client(server, ours.client())).sendall(GET)
        assert_serves(server, ours)


def test_a_slow_reader_gets_everything(server: MetricsServer, ours: Authority) -> None:
    parts = []
    with tls_client(server, ours.client()) as client:
        client.sendall(GET)
        while part := client.recv(1 << 14):
            parts.append(part)
            if len(parts) % 50 == 0:
                time.sleep(0.01)
    assert b"".join(parts).endswith(BODY)


def test_the_end_is_told_apart_from_a_cut(server: MetricsServer, ours: Authority) -> None:
    client = tls_client(server, ours.client())
    unforgiving = ours.client().wrap_socket(
        plain_client(server), server_hostname="localhost", suppress_ragged_eofs=False
    )
    with client, unforgiving:
        unforgiving.sendall(GET)
        assert read_all(unforgiving).endswith(BODY)  # a cut would raise


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_that_closed_its_half_gets_the_whole_answer(
    server: MetricsServer, ours: Authority, version: ssl.TLSVersion
) -> None:
    with tls_client(server, only(ours, version)) as client:
        client.sendall(GET)
        # Of TCP, without a word of TLS before it. Python drops TLS with it, so that what arrives is
        # encrypted: that it all arrives is the point.
        client.shutdown(socket.SHUT_WR)
        assert len(read_all(client)) > len(BODY)


def test_a_head_that_is_too_large(server: MetricsServer, ours: Authority) -> None:
    # It closes on those who go on sending.
    with tls_client(server, ours.client()) as client, suppress(ConnectionError):
        client.sendall(b"GET /metrics HTTP/1.1\r\nX: " + b"y" * 20_000)
        assert client.recv(100).startswith(b"HTTP/1.1 431 ")


def test_one_in_many_pieces(server: MetricsServer, ours: Authority) -> None:
    """Bytes of handshake and head arrive one by one, in time."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ours.client().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with plain_client(server) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def send() -> None:
            for one in outgoing.read():
                client.sendall(bytes([one]))

        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                send()
                incoming.write(client.recv(1 << 14))
        tls.write(GET)
        send()
        answer = bytearray()
        while received := client.recv(1 << 16):
            incoming.write(received)
            with suppress(ssl.SSLWantReadError):
                while part := tls.read(1 << 16):
                    answer += part
    assert answer.endswith(BODY)

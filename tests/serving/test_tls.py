"""https: real clients, certificates of clients, renewal, and files that are wrong."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

import typedprom
from tests.exposition.exposed import counter_by_two, fresh, theirs
from tests.serving.asking import ask
from tests.support.certificates import Authority, Issued, authority, tls_of
from tests.support.needs import require_program
from typedprom.exposition.negotiation import TEXT
from typedprom.serving import TLS


@pytest.fixture
def registry() -> CollectorRegistry:
    counter = counter_by_two(fresh())
    counter.inc(3, source_id="kexp", error_type="dns")
    registry = CollectorRegistry()
    registry.register(counter)
    return registry


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def issued(ours: Authority) -> Issued:
    return ours.issue("server")


def test_https_and_nothing_else(
    registry: CollectorRegistry, ours: Authority, issued: Issued
) -> None:
    with typedprom.serve(0, registry=registry, health="/healthz", tls=tls_of(issued)) as server:
        assert server.url == f"https://127.0.0.1:{server.port}/metrics"
        response, body = ask(server, tls=ours.client())
        assert (response.status, body.decode()) == (200, theirs(registry, TEXT))
        assert ask(server, path="/healthz", tls=ours.client())[1] == b"ok\n"
        response, body = ask(server)  # http
        assert (response.status, body) == (400, b"use https here\n")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions(
    registry: CollectorRegistry, ours: Authority, issued: Issued, version: ssl.TLSVersion
) -> None:
    client = ours.client()
    client.minimum_version = client.maximum_version = version
    with typedprom.serve(0, registry=registry, tls=tls_of(issued)) as server:
        assert ask(server, tls=client)[0].status == 200


def test_older_versions_are_refused(
    registry: CollectorRegistry, ours: Authority, issued: Issued
) -> None:
    with typedprom.serve(0, registry=registry, tls=tls_of(issued)) as server:
        old = ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]
        done = subprocess.run(
            ["openssl", "s_client", *old, "-connect", f"127.0.0.1:{server.port}"],
            input=b"",
            capture_output=True,
            timeout=20,
            check=False,
        )
        assert done.returncode != 0
        assert b"alert protocol version" in done.stderr
        assert ask(server, tls=ours.client())[0].status == 200


def test_curl(registry: CollectorRegistry, ours: Authority, issued: Issued) -> None:
    curl = require_program("curl")
    with typedprom.serve(0, registry=registry, tls=tls_of(issued)) as server:
        common = [curl, "-sS", "--max-time", "20", server.url]
        trusting = subprocess.run(
            [*common, "--cacert", str(ours.own.certificate), "--compressed"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert trusting.stdout == theirs(registry, TEXT)
        assert trusting.stderr == ""
        doubting = subprocess.run(common, capture_output=True, text=True, check=False)
        assert doubting.returncode == 60  # it does not know the authority


def test_clients_need_a_certificate_of_the_authority_given(
    registry: CollectorRegistry, ours: Authority, issued: Issued, tmp_path: Path
) -> None:
    others = authority(tmp_path, "others")
    stranger, friend = others.issue("stranger"), ours.issue("friend")
    with typedprom.serve(0, registry=registry, tls=tls_of(issued, ours)) as server:
        assert ask(server, tls=ours.client(friend))[0].status == 200
        with pytest.raises(ssl.SSLError, match=r"(?i)certificate required|handshake failure"):
            ask(server, tls=ours.client())
        with pytest.raises(ssl.SSLError, match=r"(?i)unknown ca"):
            ask(server, tls=ours.client(stranger))
        assert ask(server, tls=ours.client(friend))[0].status == 200


@pytest.mark.usefixtures("eager")
def test_a_renewed_certificate_is_used_without_a_restart(
    registry: CollectorRegistry, ours: Authority, tmp_path: Path
) -> None:
    theirs = authority(tmp_path, "theirs")
    used = Issued(tmp_path / "used.pem", tmp_path / "used.key")
    replace(used, ours.issue("first"))
    with typedprom.serve(0, registry=registry, tls=tls_of(used)) as server:
        open_before = socket.create_connection((server.addr, server.port), timeout=20)
        assert ask(server, tls=ours.client())[0].status == 200
        replace(used, theirs.issue("second"))
        assert ask(server, tls=theirs.client())[0].status == 200
        with pytest.raises(ssl.SSLCertVerificationError):
            ask(server, tls=ours.client())
        with open_before, ours.client().wrap_socket(open_before, server_hostname="localhost"):
            pass  # it goes on with what it began with


@pytest.mark.usefixtures("eager", "lenient")
def test_a_broken_renewal_keeps_the_settings_and_each_failure_is_logged_once(
    registry: CollectorRegistry, ours: Authority, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    used = Issued(tmp_path / "used.pem", tmp_path / "used.key")
    replace(used, ours.issue("first"))
    with typedprom.serve(0, registry=registry, tls=tls_of(used)) as server:
        used.certificate.write_bytes(ours.issue("second").certificate.read_bytes())  # no key yet
        assert ask(server, tls=ours.client())[0].status == 200
        assert caplog.messages == []  # the key may come
        for _ in range(3):
            assert ask(server, tls=ours.client())[0].status == 200
        used.key.unlink()
        for _ in range(3):
            assert ask(server, tls=ours.client())[0].status == 200
        mismatch, missing = caplog.messages
        assert mismatch.startswith(f"the previous settings stay in use: {used.certificate} and ")
        assert "in PEM: key values mismatch" in mismatch
        assert f"stay in use: {used.key} cannot be read" in missing
        replace(used, ours.issue("third"))
        name = name_of(ask_certificate(server.port, ours))
        assert name == "third"


def replace(used: Issued, by: Issued) -> None:
    used.certificate.write_bytes(by.certificate.read_bytes())
    used.key.write_bytes(by.key.read_bytes())


def ask_certificate(port: int, ours: Authority) -> bytes:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as plain,
        ours.client().wrap_socket(plain, server_hostname="localhost") as client,
    ):
        certificate = client.getpeercert(binary_form=True)
        assert certificate is not None
        return certificate


def name_of(certificate: bytes) -> str:
    done = subprocess.run(
        ["openssl", "x509", "-inform", "DER", "-noout", "-subject", "-nameopt", "multiline"],
        input=certificate,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().rpartition("=")[2].strip()


def empty(tls: TLS) -> TLS:
    tls.certificate.write_bytes(b"")
    return tls


def absent_key(tls: TLS) -> TLS:
    return tls._replace(key=tls.key.with_name("absent.key"))


def another_key(tls: TLS) -> TLS:
    other = authority(tls.key.parent, "other").own.key
    return tls._replace(key=other)


def locked_key(tls: TLS) -> TLS:
    locked = tls.key.with_name("locked.key")
    options = ("-in", str(tls.key), "-out", str(locked), "-aes128", "-passout", "pass:abcd")
    subprocess.run(["openssl", "ec", *options], check=True, capture_output=True)
    return tls._replace(key=locked)


def no_authorities(tls: TLS) -> TLS:
    return tls._replace(clients=tls.key)


def folder(tls: TLS) -> TLS:
    return tls._replace(certificate=tls.certificate.parent)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (empty, r"mine\.pem and .*mine\.key are not a certificate and its key in PEM: "),
        (absent_key, r"absent\.key cannot be read: No such file or directory$"),
        (another_key, r"other\.key are not a certificate and its key in PEM: key values mismatch$"),
        (locked_key, r"locked\.key needs a password: give a key without one$"),
        (no_authorities, r"mine\.key has no certificates of authorities in PEM: "),
        (folder, r"cannot be read: Is a directory$"),
    ],
)
def test_files_that_are_wrong_are_errors_at_once(
    broken: Callable[[TLS], TLS], message: str, tmp_path: Path
) -> None:
    require_program("openssl")
    tls = broken(tls_of(authority(tmp_path).issue("mine")))
    with pytest.raises(ValueError, match=message):
        typedprom.serve(0, tls=tls)


def test_a_context_of_ones_own(
    registry: CollectorRegistry, ours: Authority, issued: Issued
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    client = ours.client()
    with typedprom.serve(0, registry=registry, ssl_context=context) as server:
        assert server.url.startswith("https://")
        assert ask(server, tls=client)[0].status == 200
        client.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(ssl.SSLError, match=r"(?i)protocol version"):
            ask(server, tls=client)


def test_one_way_to_secure_a_server(issued: Issued, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = tmp_path / "web.yml"
    with pytest.raises(
        ValueError, match="give one of tls, ssl_context and web_config, not several"
    ):
        typedprom.serve(0, tls=tls_of(issued), ssl_context=context)
    with pytest.raises(
        ValueError, match="give one of tls, ssl_context and web_config, not several"
    ):
        typedprom.serve(0, tls=tls_of(issued), web_config=file)

"""Who a gateway is told that we are, and how we know who it is: passwords, tokens, TLS."""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from tests.delivery.pushing import DELIVERED, GROUP, SOON, push
from tests.delivery.receivers import HOST, hang, receiver, respond
from tests.support.certificates import Authority, Issued, authority
from typedprom.delivery.credentials import Credentials, CredentialsError, from_environment
from typedprom.delivery.redaction import WITHHELD
from typedprom.delivery.sinks import SinkResult
from typedprom.delivery.sinks.pushgateway import Pushgateway


class TestCredentials:
    def test_user_name_and_password_come_from_wherever_they_are(self, tmp_path: Path) -> None:
        file = tmp_path / "password"
        file.write_text("s3cret\n")
        expected = "Basic " + b64encode(b"us er:s3cret").decode()
        with receiver(respond(200)) as server:
            in_url = server.url.replace("://", "://us%20er:s3cret@")
            for url, credentials in (
                (in_url, Credentials()),
                (server.url, Credentials("us er", "s3cret")),
                (server.url, Credentials("us er", password_file=str(file))),
                (server.url.replace("://", "://other:thing@"), Credentials("us er", "s3cret")),
            ):
                gateway = Pushgateway(url, GROUP, credentials)
                assert push(gateway) == DELIVERED
                assert server.requests[-1].headers["authorization"] == expected
                assert server.requests[-1].path == "/metrics/job/j/instance/host-1"
                assert "s3cret" not in f"{gateway!r} {gateway.name} {credentials!r}"

    def test_files_are_read_again_at_each_push(self, tmp_path: Path) -> None:
        file = tmp_path / "token"
        with receiver(respond(200)) as server:
            gateway = Pushgateway(server.url, GROUP, Credentials(token_file=str(file)))
            for token in ("one", "two"):
                file.write_text(f" {token}\n")
                assert push(gateway) == DELIVERED
                assert server.requests[-1].headers["authorization"] == f"Bearer {token}"
            file.unlink()
            reason = f"the token file {file} cannot be used: No such file or directory"
            assert push(gateway) == SinkResult(False, reason)
            file.write_bytes(b"\xff\xfe")
            assert "not text in UTF-8" in push(gateway).reason
            file.write_text("two words")
            assert push(gateway).reason == f"the token file {file} does not hold a token"

    def test_what_a_server_repeats_of_them_is_not_shown(self) -> None:
        encoded = b64encode(b"user:s3cret").decode()
        with receiver(respond(401, f"not s3cret, not {encoded}")) as server:
            outcome = push(Pushgateway(server.url, GROUP, Credentials("user", "s3cret")))
        assert outcome.reason.startswith(f"answers 401 Unauthorized: {WITHHELD}; it does not ")

    @pytest.mark.parametrize(
        ("given", "why"),
        [
            ({"password": "p"}, "without a user name"),
            (
                {"username": "u", "token_file": "t"},
                "_TOKEN_FILE, or a user name and password: not both",
            ),
            (
                {"username": "u", "password": "p", "password_file": "f"},
                "_PASSWORD_FILE or TYPEDPROM_PUSHGATEWAY_PASSWORD: not both",
            ),
            ({"username": "u"}, "without a password: set TYPEDPROM_PUSHGATEWAY_PASSWORD_FILE"),
            ({"username": "u:v", "password": "p"}, "colon"),
            ({"key_file": "k"}, "without a certificate"),
        ],
    )
    def test_what_contradicts_itself_is_refused(self, given: dict[str, str], why: str) -> None:
        with pytest.raises(CredentialsError, match=why):
            Credentials(**given)

    def test_the_environment(self) -> None:
        prefix = "TYPEDPROM_PUSHGATEWAY_"
        assert from_environment({}) == Credentials()
        assert from_environment(
            {
                prefix + "USERNAME": "u",
                prefix + "PASSWORD": "",
                prefix + "PASSWORD_FILE": "f",
                prefix + "CA_FILE": "ca",
                prefix + "CERT_FILE": "cert",
                prefix + "KEY_FILE": "key",
            }
        ) == Credentials("u", None, "f", None, "ca", "cert", "key")
        assert from_environment({prefix + "TOKEN_FILE": "t"}) == Credentials(token_file="t")  # noqa: S106


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def issued(ours: Authority) -> Issued:
    return ours.issue("gateway")


class TestTLS:
    def test_a_ca_of_ones_own_and_a_certificate_of_ours(
        self, ours: Authority, issued: Issued
    ) -> None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(ours.own.certificate))
        tls.load_cert_chain(issued.certificate, issued.key)
        tls.verify_mode = ssl.CERT_REQUIRED
        credentials = Credentials(
            ca_file=str(ours.own.certificate),
            cert_file=str(issued.certificate),
            key_file=str(issued.key),
        )
        with receiver(respond(200), tls=tls) as server:
            gateway = Pushgateway(f"https://{HOST}:{server.port}", GROUP, credentials)
            assert push(gateway) == DELIVERED
            assert push(gateway) == DELIVERED
            assert server.connections == 1
            without = Credentials(ca_file=str(ours.own.certificate))
            gateway = Pushgateway(f"https://{HOST}:{server.port}", GROUP, without)
            assert not push(gateway, seconds=SOON).delivered

    def test_a_certificate_that_nobody_vouches_for_is_not_trusted(self, issued: Issued) -> None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(issued.certificate, issued.key)
        with receiver(respond(200), tls=tls) as server:
            outcome = push(Pushgateway(f"https://{HOST}:{server.port}", GROUP))
            assert server.connections == 1
        assert not outcome.delivered
        assert outcome.reason.startswith("is not trusted: ")
        assert outcome.reason.endswith("; set TYPEDPROM_PUSHGATEWAY_CA_FILE")

    def test_a_certificate_of_ours_without_its_key(self, issued: Issued) -> None:
        with receiver(hang) as server:
            url = f"https://{HOST}:{server.port}"
            outcome = push(Pushgateway(url, GROUP, Credentials(cert_file=str(issued.certificate))))
        assert outcome.reason.endswith("does not hold a key: set TYPEDPROM_PUSHGATEWAY_KEY_FILE")

    def test_a_server_that_speaks_no_tls(self) -> None:
        with receiver(respond(200)) as server:
            url = f"https://{HOST}:{server.port}"
            assert not push(Pushgateway(url, GROUP), seconds=SOON).delivered

    def test_a_server_that_answers_tls_in_plain_text(self) -> None:
        def answer() -> None:
            with suppress(OSError):  # the listener is closed
                while True:
                    client, _ = listener.accept()
                    with client:
                        client.recv(10_000)
                        client.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")

        with socket.create_server((HOST, 0)) as listener:
            Thread(target=answer, daemon=True).start()
            gateway = Pushgateway(f"https://{HOST}:{listener.getsockname()[1]}", GROUP)
            outcome = push(gateway, seconds=SOON)
        assert outcome.reason.endswith("does it speak https?")

    def test_files_that_hold_nothing_of_use(self, tmp_path: Path) -> None:
        empty = tmp_path / "empty.pem"
        empty.touch()
        with receiver(hang) as server:
            url = f"https://{HOST}:{server.port}"
            for credentials, why in (
                (Credentials(ca_file=str(empty)), f"the CA file {empty} cannot be used"),
                (Credentials(ca_file="/no/such"), "No such file or directory"),
                (Credentials(cert_file=str(empty)), f"the certificate file {empty} cannot be used"),
            ):
                assert why in push(Pushgateway(url, GROUP, credentials)).reason

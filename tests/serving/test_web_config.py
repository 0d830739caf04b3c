"""The web configuration file: what of it is honoured, what is refused, what a check costs."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st

import typedprom
from tests.serving.asking import Fixed, ask, basic
from tests.serving.web_files import hash_of, web_config
from tests.support.certificates import Authority, Issued, authority
from tests.support.needs import require_htpasswd
from typedprom.serving.server import MetricsServer
from typedprom.serving.web_config import credentials, load, verify

HOST = "127.0.0.1"
SECRET = hash_of("secret")
FILES = "  cert_file: server.pem\n  key_file: server.key\n"


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def issued(ours: Authority) -> Issued:
    return ours.issue("server")


@pytest.fixture
def written(ours: Authority, issued: Issued) -> Callable[[str], Path]:
    """Writes a file beside the certificates."""
    assert issued.certificate.name == "server.pem"

    def write(text: str) -> Path:
        path = ours.folder / "web.yml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


# As one finds it beside node_exporter, written for it.
NODE_EXPORTER = """
# TLS and basic auth for all exporters of this host
tls_server_config:
  cert_file: server.pem
  key_file: "server.key"
  client_auth_type: "RequireAndVerifyClientCert"
  client_ca_file: authority.pem
  min_version: TLS12
  max_version: TLS13
  prefer_server_cipher_suites: true
  cipher_suites:
    - TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    - TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    - TLS_AES_128_GCM_SHA256
http_server_config:
  http2: true
  headers:
    X-Content-Type-Options: nosniff
    X-Frame-Options: deny
    Strict-Transport-Security: max-age=31536000; includeSubDomains
basic_auth_users:
  prometheus: %s
  grafana: '%s'
"""


def test_a_file_written_for_another_exporter(
    ours: Authority, written: Callable[[str], Path]
) -> None:
    file = written(NODE_EXPORTER % (SECRET, hash_of("pässwörd")))
    client = ours.client(ours.issue("client"))
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    with MetricsServer(HOST, 0, Fixed(b"x 1\n"), web_config=file) as server:
        right = basic("prometheus", "secret")
        response, body = ask(server, tls=client, Authorization=right)
        assert (response.status, body) == (200, b"x 1\n")
        assert response.headers["X-Frame-Options"] == "deny"
        refusal = ask(server, "GET GET", tls=client)[0]
        assert (refusal.status, refusal.headers["X-Frame-Options"]) == (400, "deny")
        assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000;")
        header = basic("grafana", "pässwörd")
        assert ask(server, tls=client, Authorization=header)[0].status == 200
        assert ask(server, tls=client)[0].status == 401
        with pytest.raises(ssl.SSLError, match=r"(?i)certificate required|handshake failure"):
            ask(server, tls=ours.client())
        weak = ours.client(ours.issue("other client"))
        weak.maximum_version = ssl.TLSVersion.TLSv1_2
        weak.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
        with pytest.raises(ssl.SSLError, match=r"(?i)handshake failure"):
            ask(server, tls=weak)


def test_what_htpasswd_writes(tmp_path: Path) -> None:
    program, environment = require_htpasswd()
    line = subprocess.check_output(
        [program, "-nbB", "prometheus", "secret"], env=environment, text=True
    ).strip()
    name, _, hash = line.partition(":")
    file = tmp_path / "web.yml"
    file.write_text(f"basic_auth_users:\n  {name}: {hash}\n", encoding="utf-8")
    with MetricsServer(HOST, 0, Fixed(b"x 1\n"), web_config=file) as server:
        assert ask(server, Authorization=basic("prometheus", "secret"))[0].status == 200
        assert ask(server, Authorization=basic("prometheus", "guess"))[0].status == 401


def test_an_empty_file_asks_for_nothing(tmp_path: Path) -> None:
    file = tmp_path / "web.yml"
    for text in ("", "# nothing yet\n", "{}", "tls_server_config:\nbasic_auth_users: {}\n"):
        file.write_text(text, encoding="utf-8")
        with MetricsServer(HOST, 0, Fixed(b"x 1\n"), web_config=file) as server:
            assert server.url.startswith("http://")
            assert ask(server)[0].status == 200


@pytest.mark.parametrize(
    ("auth_type", "without", "stranger"),
    [
        ("NoClientCert", 200, 200),
        ("RequestClientCert", 200, 200),
        ("VerifyClientCertIfGiven", 200, None),
        ("RequireAndVerifyClientCert", None, None),
    ],
)
def test_authentication_of_clients(
    auth_type: str,
    without: int | None,
    stranger: int | None,
    ours: Authority,
    written: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    ca = "" if auth_type == "NoClientCert" else "  client_ca_file: authority.pem\n"
    file = written(f"tls_server_config:\n{FILES}{ca}  client_auth_type: {auth_type}\n")
    other = authority(tmp_path, "others").issue("stranger")
    with MetricsServer(HOST, 0, Fixed(b"x 1\n"), web_config=file) as server:
        assert ask(server, tls=ours.client(ours.issue("friend")))[0].status == 200
        for context, expected in ((ours.client(), without), (ours.client(other), stranger)):
            if expected is None:
                with pytest.raises(ssl.SSLError):
                    ask(server, tls=context)
            else:
                assert ask(server, tls=context)[0].status == expected


def test_a_limit_of_versions(ours: Authority, written: Callable[[str], Path]) -> None:
    client = ours.client()
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    for limit in ("min_version: TLS13", "cipher_suites: [TLS_AES_128_GCM_SHA256]"):
        file = written(f"tls_server_config:\n{FILES}  {limit}\n")
        with MetricsServer(HOST, 0, Fixed(b"x 1\n"), web_config=file) as server:
            assert ask(server, tls=ours.client())[0].status == 200
            with pytest.raises(ssl.SSLError, match=r"(?i)protocol version"):
                ask(server, tls=client)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", r":1: expected `NAME: VALUE`"),
        ("basic_auth_users: x\n", r":1: expected `NAME: VALUE`"),
        ("basic_auth_user:\n  a: b\n", r":1: unknown: 'basic_auth_user'; known are tls_server_"),
        ("a: [\n", r":2: this is not YAML: "),
        ("a: [b, c: d]]\n", r":1: this is not YAML: expected "),
        (
            "basic_auth_users:\n  a: *hunter2\n",
            r":2: this is not YAML: found undefined alias \.\.\.",
        ),
        ("basic_auth_users:\n  a: !hunter2!x y\n", r":2: this is not YAML: found undefined tag"),
        ("basic_auth_users:\n  a: @hunter2\n", r":2: this is not YAML: found character '@' that"),
        ("a: b\n---\nc: d\n", r":2: this is not YAML: "),
        ("a: \x07\n", r"web.yml is not YAML in UTF-8"),
        pytest.param("a: " + "[" * 9_000, r"nested too deeply", id="deep"),
        ("rate_limit:\n  interval: 1s\n", r":1: rate_limit is not supported: limit the rate in"),
        ("http_server_config:\n  http3: true\n", r":2: unknown: 'http3'; known are http2, headers"),
        ("http_server_config:\n  http2: 2\n", r":2: expected true or false"),
        ("http_server_config:\n  headers:\n    Server: x\n", r":3: unknown: 'Server'; known are "),
        (
            "http_server_config:\n  headers:\n    X-Frame-Options: allow\n",
            r":3: expected deny or sameorigin",
        ),
        (
            'http_server_config:\n  headers:\n    X-XSS-Protection: "a\\r\\nSet-Cookie: b"\n',
            r":3: expected one line of ASCII",
        ),
        (
            "tls_server_config:\n  cert: |\n    PEM\n",
            ":2: cert is not supported: name a file instead",
        ),
        ("basic_auth_users:\n  alice:\n", ":2: expected a bcrypt hash"),
        ("basic_auth_users:\n  alice: hunter2\n", r":2: expected a bcrypt hash, as `htpasswd -nB"),
        (f"basic_auth_users:\n  a: {SECRET[:-1]}\n", r":2: expected a bcrypt hash"),
        (f"basic_auth_users:\n  a: {SECRET.replace('$04$', '$03$')}\n", r":2: expected a bcrypt"),
        (f"basic_auth_users:\n  a: {SECRET}\n  a: {SECRET}\n", r":3: 'a' is here twice"),
        ("tls_server_config:\n  cert_file: server.pem\n", r":2: a server with TLS needs cert_file"),
        ("tls_server_config:\n  min_version: TLS13\n", r":2: a server with TLS needs cert_file"),
        (
            f"tls_server_config:\n{FILES}  client_auth_type: RequireAnyClientCert\n",
            r":4: RequireAnyClientCert is not supported: use RequireAndVerifyClientCert",
        ),
        (
            f"tls_server_config:\n{FILES}  client_auth_type: Maybe\n",
            r":4: unknown: 'Maybe'; known are NoClientCert, ",
        ),
        (
            f"tls_server_config:\n{FILES}  client_auth_type: VerifyClientCertIfGiven\n",
            r":4: this client_auth_type needs client_ca_file",
        ),
        (
            f"tls_server_config:\n{FILES}  client_ca_file: authority.pem\n",
            r": client_ca_file needs a client_auth_type that uses it",
        ),
        (
            f"tls_server_config:\n{FILES}  client_allowed_sans: [a]\n",
            r":4: client_allowed_sans is not supported: use a CA that signs for these clients",
        ),
        (
            f"tls_server_config:\n{FILES}  curve_preferences: [X25519]\n",
            r":4: curve_preferences is not supported: OpenSSL chooses the curve",
        ),
        (f"tls_server_config:\n{FILES}  min_version: TLS10\n", r":4: unknown: 'TLS10'; known are"),
        (
            f"tls_server_config:\n{FILES}  min_version: TLS13\n  max_version: TLS12\n",
            r":5: max_version is older than min_version",
        ),
        (f"tls_server_config:\n{FILES}  cipher_suites: x\n", r":4: expected a list"),
        (
            f"tls_server_config:\n{FILES}  cipher_suites:\n  - ALL:aNULL\n",
            r":5: expected the name of a cipher suite",
        ),
        (
            f"tls_server_config:\n{FILES}  cipher_suites:\n  - TLS_NOTHING_WITH_NOTHING\n",
            r":5: 'TLS_NOTHING_WITH_NOTHING' is not supported",
        ),
        (
            "tls_server_config:\n  cert_file: absent.pem\n  key_file: server.key\n",
            r":2: /.*/absent\.pem cannot be read: No such file",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    text: str, message: str, written: Callable[[str], Path]
) -> None:
    file = written(text)
    with pytest.raises(ValueError, match=message) as raised:
        typedprom.serve(0, web_config=file)
    assert str(file) in str(raised.value)
    assert "hunter2" not in str(raised.value)
    assert SECRET[:30] not in str(raised.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="absent cannot be read: No such file"):
        load(tmp_path / "absent")
    (tmp_path / "latin").write_bytes(b"\xe9: x\n")
    with pytest.raises(ValueError, match="latin is not YAML in UTF-8"):
        load(tmp_path / "latin")


def test_without_the_extra_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "typedprom.serving.web_config")
    monkeypatch.setitem(sys.modules, "bcrypt", None)
    file = tmp_path / "web.yml"
    with pytest.raises(ValueError, match="cannot be read"):
        typedprom.serve(0, web_config=file)
    file.touch()
    with pytest.raises(ImportError, match=r"needs bcrypt: pip install 'typedprom\[web\]'"):
        typedprom.serve(0, web_config=file)


@pytest.mark.usefixtures("eager", "lenient")
def test_tls_and_users_do_not_come_and_go(
    ours: Authority, issued: Issued, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = web_config(tmp_path / "web.yml", issued, prometheus="secret")
    with MetricsServer(HOST, 0, Fixed(b"x 1\n"), web_config=file) as server:
        for change in (
            lambda: file.write_text("", encoding="utf-8"),
            lambda: web_config(file, issued),
            lambda: web_config(file, prometheus="secret"),
        ):
            change()
            for _ in range(3):
                assert ask(server, tls=ours.client())[0].status == 401
        (message,) = caplog.messages
        assert message.startswith(
            f"the previous settings stay in use: {file}: turning TLS or users"
        )
        web_config(file, issued, other="secret")
        right = basic("other", "secret")
        assert ask(server, tls=ours.client(), Authorization=right)[0].status == 200


# Passwords.


@pytest.mark.usefixtures("lenient")
def test_what_bcrypt_ignores_of_a_password_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    long = "é" * 40
    file = web_config(tmp_path / "web.yml", prometheus=long)
    with MetricsServer(HOST, 0, Fixed(b"x 1\n"), web_config=file) as server:
        assert ask(server, Authorization=basic("prometheus", "e" * 80))[0].status == 401
        assert caplog.messages == []
        for password in (long, long, long + "more"):
            assert ask(server, Authorization=basic("prometheus", password))[0].status == 200
    (message,) = caplog.messages
    assert message.startswith("the password of 'prometheus' has more than 72 bytes: bcrypt ignores")


def test_what_is_unknown_costs_as_much_as_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    users = {b"quick": hash_of("secret", 4).encode(), b"slow": hash_of("secret", 7).encode()}
    costs: list[int] = []
    check, hash_password = bcrypt.checkpw, bcrypt.hashpw

    def checkpw(password: bytes, hash: bytes) -> bool:
        costs.append(int(hash[4:6]))
        return check(password, hash)

    def hashpw(password: bytes, salt: bytes) -> bytes:
        costs.append(int(salt[4:6]))
        return hash_password(password, salt)

    monkeypatch.setattr(bcrypt, "checkpw", checkpw)
    monkeypatch.setattr(bcrypt, "hashpw", hashpw)
    for user, password in (
        (b"quick", b"wrong"),
        (b"slow", b"wrong"),
        (b"nobody", b"wrong"),
        (b"", b""),
        (b"quick", b"secret"),
    ):
        costs.clear()
        assert verify(users, user, password) == (password == b"secret")
        assert sum(2**cost for cost in costs) == 2**7


def test_a_user_that_keeps_the_password_stays_known(tmp_path: Path) -> None:
    file = web_config(tmp_path / "web.yml", prometheus="secret")
    with MetricsServer(HOST, 0, Fixed(b"x 1\n"), web_config=file) as server:
        assert server._auth is not None
        assert server._auth.check(basic("prometheus", "secret"), HOST) is None
        remembered = dict(server._auth._verified)
        assert list(remembered) == [b"prometheus"]
        assert b"secret" not in remembered[b"prometheus"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Basic dTpw", b"u:p"),
        ("basic dTpw", b"u:p"),
        ("BASIC   dTpw  ", b"u:p"),
        ("Basic Og==", b":"),
        ("", None),
        ("Basic", None),
        ("Basic dQ==", None),  # no colon
        ("Basic dTp", None),
        ("Basic dTp w", None),
        ("Basic dTpw,Basic dTpw", None),
        ("Bearer dTpw", None),
        ("Basic é", None),
    ],
)
def test_headers(header: str, expected: bytes | None) -> None:
    assert credentials(header) == expected


@given(st.text())
def test_no_header_breaks_it(header: str) -> None:
    credentials(header)
    credentials("Basic " + header)

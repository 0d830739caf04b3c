"""The file that Prometheus exporters share, `--web.config.file`: TLS, users, response headers."""

from __future__ import annotations

import atexit
import hmac
import re
import secrets
import ssl
from base64 import b64decode
from collections import Counter
from collections.abc import Collection, Mapping
from http import HTTPStatus
from pathlib import Path
from threading import Lock, Semaphore
from typing import Final, TypeVar

import bcrypt
import yaml

from typedprom.core.misuse import log_once, safe_repr
from typedprom.serving.reload import ReloadedSettings, ServerSettings, read
from typedprom.serving.responses import Response, plain
from typedprom.serving.tls import TLS, context_of

CHECKS: Final = 2  # passwords that are hashed at a time
WAITING: Final = 16  # requests whose password is hashed or waits for it
WAITING_OF_ADDRESS: Final = 2  # of these, from one address
LONGEST: Final = 72  # bytes of a password that bcrypt looks at

T = TypeVar("T")

_QUOTED: Final = re.compile(r"""(['"])(.+?)\1""")  # in a message about YAML
_NULL: Final = "tag:yaml.org,2002:null"
_SECTIONS: Final = ("tls_server_config", "http_server_config", "basic_auth_users")
_FILES: Final = ("cert_file", "key_file", "client_ca_file")
_TLS: Final = (
    *(*_FILES, "client_auth_type"),
    *("min_version", "max_version", "cipher_suites", "prefer_server_cipher_suites"),
)
_UNSUPPORTED: Final = {
    **dict.fromkeys(("cert", "key", "client_ca"), "name a file instead"),
    "rate_limit": "limit the rate in a proxy",
    "client_allowed_sans": "use a CA that signs for these clients only",
    "curve_preferences": "OpenSSL chooses the curve",
    "RequireAnyClientCert": "use RequireAndVerifyClientCert",
    "RequireClientCert": "use RequireAndVerifyClientCert",
}
_CLIENTS: Final = {
    "NoClientCert": ssl.CERT_NONE,
    "RequestClientCert": ssl.CERT_NONE,  # there as here, no client is turned away
    "VerifyClientCertIfGiven": ssl.CERT_OPTIONAL,
    "RequireAndVerifyClientCert": ssl.CERT_REQUIRED,
}
_VERSIONS: Final = {"TLS12": ssl.TLSVersion.TLSv1_2, "TLS13": ssl.TLSVersion.TLSv1_3}
_LINE: Final = ("[ -~]*", "one line of ASCII")
_HEADERS: Final = {
    **dict.fromkeys(("Content-Security-Policy", "Strict-Transport-Security"), _LINE),
    "X-Content-Type-Options": ("nosniff|", "nosniff"),
    "X-Frame-Options": ("deny|sameorigin|", "deny or sameorigin"),
    "X-XSS-Protection": _LINE,
}
_HASH: Final = (
    r"\$2[abxy]\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}",
    "a bcrypt hash, as `htpasswd -nB USER` prints it",
)
_CHALLENGE: Final = ("WWW-Authenticate", 'Basic realm="metrics"')
_REFUSED: Final = plain(HTTPStatus.UNAUTHORIZED, "authentication required", _CHALLENGE)
_LATER: Final = ("Retry-After", "5")
_BUSY: Final = plain(HTTPStatus.TOO_MANY_REQUESTS, "too many passwords to check", _LATER)


class _FieldError(Exception):
    """A field is wrong. The message does not repeat what may be secret."""

    def __init__(self, node: yaml.Node, message: str) -> None:
        super().__init__(message)
        self.line = node.start_mark.line + 1


def load(path: Path) -> ServerSettings:
    """The settings in the file; a ValueError says which line is wrong, and why."""
    try:
        root = _fields(yaml.compose(read(path), yaml.SafeLoader), _SECTIONS)
        http = _fields(root.get("http_server_config"), ("http2", "headers"))
        _flag(http.get("http2"))  # clients that prefer HTTP/2 speak HTTP/1.1 as well
        headers = _fields(http.get("headers"), _HEADERS)
        users = _fields(root.get("basic_auth_users"), ())
        return ServerSettings(
            _context(root.get("tls_server_config"), path.parent),
            {name.encode(): _text(hash, *_HASH).encode() for name, hash in users.items()},
            tuple((n, value) for n in headers if (value := _text(headers[n], *_HEADERS[n]))),
        )
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = _QUOTED.sub(_character, error.problem or "")
        raise ValueError(f"{path}:{line}: this is not YAML: {problem}") from None
    except (yaml.YAMLError, RecursionError):
        raise ValueError(f"{path} is not YAML in UTF-8, or nested too deeply") from None
    except _FieldError as error:
        raise ValueError(f"{path}:{error.line}: {error}") from None


def _character(quoted: re.Match[str]) -> str:
    """A quoted character, but no more than that, which may be a password."""
    return quoted[0] if len(quoted[2]) == 1 else "..."


def _fields(node: yaml.Node | None, known: Collection[str]) -> dict[str, yaml.Node]:
    """What a mapping holds by name; any name where none are known."""
    if node is None or node.tag == _NULL:
        return {}
    if not isinstance(node, yaml.MappingNode):
        raise _FieldError(node, "expected `NAME: VALUE`, with a space after the colon")
    fields: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = _text(key)
        if known:
            _choice(key, dict.fromkeys(known))
        if name in fields:
            raise _FieldError(key, f"{safe_repr(name)} is here twice")
        fields[name] = value
    return fields


def _text(node: yaml.Node | None, pattern: str = "(?s:.*)", expected: str = "a string") -> str:
    """The text of a scalar as it stands there; none where there is no value."""
    if node is None:
        return ""
    text = "" if node.tag == _NULL else node.value
    if not isinstance(node, yaml.ScalarNode) or not re.fullmatch(pattern, text):
        raise _FieldError(node, f"expected {expected}")
    return str(text)


def _flag(node: yaml.Node | None) -> bool:
    if node is not None and node.tag != "tag:yaml.org,2002:bool":
        raise _FieldError(node, "expected true or false")
    return _text(node).lower() in ("", "true", "yes", "on")


def _choice(node: yaml.Node, choices: Mapping[str, T]) -> T:
    name = _text(node)
    if name in _UNSUPPORTED:
        raise _FieldError(node, f"{name} is not supported: {_UNSUPPORTED[name]}")
    if name not in choices:
        raise _FieldError(node, f"unknown: {safe_repr(name)}; known are {', '.join(choices)}")
    return choices[name]


def _context(node: yaml.Node | None, folder: Path) -> ssl.SSLContext | None:
    fields = _fields(node, _TLS)
    if node is None or not fields:
        return None
    certificate, key, authorities = (
        folder / file if (file := _text(fields.get(name))) else None for name in _FILES
    )
    if certificate is None or key is None:
        raise _FieldError(node, "a server with TLS needs cert_file and key_file")
    auth_type = fields.get("client_auth_type")
    verify = ssl.CERT_NONE if auth_type is None else _choice(auth_type, _CLIENTS)
    if authorities is None and verify is not ssl.CERT_NONE:
        raise _FieldError(auth_type or node, "this client_auth_type needs client_ca_file")
    if authorities is not None and _text(auth_type) in ("", "NoClientCert"):
        raise _FieldError(node, "client_ca_file needs a client_auth_type that uses it")
    try:
        context = context_of(TLS(certificate, key, authorities))
    except ValueError as error:
        raise _FieldError(node, str(error)) from None
    context.verify_mode = verify
    _limit(context, fields)
    return context


def _limit(context: ssl.SSLContext, fields: Mapping[str, yaml.Node]) -> None:
    if "min_version" in fields:
        context.minimum_version = _choice(fields["min_version"], _VERSIONS)
    if "max_version" in fields:
        context.maximum_version = _choice(fields["max_version"], _VERSIONS)
        if context.maximum_version < context.minimum_version:
            raise _FieldError(fields["max_version"], "max_version is older than min_version")
    if not _flag(fields.get("prefer_server_cipher_suites")):
        context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
    suites = fields.get("cipher_suites")
    if suites is None or suites.tag == _NULL:
        return
    if not isinstance(suites, yaml.SequenceNode):
        raise _FieldError(suites, "expected a list")
    wanted = (r"TLS_[A-Z0-9_]+", "the name of a cipher suite, TLS_…")
    names = {_text(entry, *wanted): entry for entry in suites.value}
    chosen = {_openssl_name(name): entry for name, entry in names.items() if "_WITH_" in name}
    for name, entry in chosen.items():
        try:
            context.set_ciphers(name)
        except ssl.SSLError:
            raise _FieldError(entry, f"{safe_repr(_text(entry))} is not supported") from None
    if chosen:
        context.set_ciphers(":".join(chosen))
    elif names:  # of TLS 1.3, whose suites are all on
        context.minimum_version = ssl.TLSVersion.TLSv1_3


def _openssl_name(suite: str) -> str:
    name = suite.removeprefix("TLS_").replace("_WITH_", "_").replace("_CBC_", "_")
    return name.replace("AES_", "AES").replace("_", "-").replace("POLY1305-SHA256", "POLY1305")


class BasicAuth:
    """Checks the credentials of Basic authentication against the users in the settings.

    Credentials that were right are remembered, as a keyed digest, and cost nothing later. Few
    passwords are hashed at a time, and few requests wait for that: guessing does not delay a
    client that is known.
    """

    def __init__(self, settings: ReloadedSettings) -> None:
        self._settings = settings
        self._key = secrets.token_bytes(32)
        self._verified: dict[bytes, bytes] = {}  # by user, the digest of hash and credentials
        self._checks = Semaphore(CHECKS)
        self._waiting: Counter[str] = Counter()  # by address
        self._counting = Lock()
        self._has_ended = False
        atexit.register(self.end)

    def end(self) -> None:
        """Wait until nothing is hashed, and hash no more: an interpreter that ends then aborts."""
        atexit.unregister(self.end)
        self._has_ended = True
        for _ in range(CHECKS):
            self._checks.acquire(timeout=5.0)
        for _ in range(CHECKS):
            self._checks.release()

    def check(self, authorization: str, address: str) -> Response | None:
        """None if the client may come in, else the response. Hashes what is not remembered."""
        given = credentials(authorization)
        if given is None:
            return _REFUSED
        users = self._settings.current().users
        user, _, password = given.partition(b":")
        digest = hmac.digest(self._key, users.get(user, b"") + given, "sha256")
        if hmac.compare_digest(self._verified.get(user, b""), digest):
            return None
        with self._counting:
            if self._waiting.total() >= WAITING or self._waiting[address] >= WAITING_OF_ADDRESS:
                return _BUSY
            self._waiting[address] += 1
        try:
            with self._checks:
                right = not self._has_ended and verify(users, user, password)
        finally:
            with self._counting:
                self._waiting[address] -= 1
                self._waiting += Counter()  # forgets those that have none
        if right:
            self._verified[user] = digest
        return None if right else _REFUSED


def verify(users: Mapping[bytes, bytes], user: bytes, password: bytes) -> bool:
    """Whether the password is the user's; always in the time that the costliest hash takes."""
    most = max(int(hash[4:6]) for hash in users.values())
    hash = users.get(user, b"$2b$%02d$" % most + b"." * 53)
    right = bcrypt.checkpw(password[:LONGEST], hash)  # of a longer one bcrypt raises ValueError
    for cost in range(int(hash[4:6]), most):  # these and the hash add up to that of `most`
        bcrypt.hashpw(b"", b"$2b$%02d$" % cost + b"." * 22)
    if right and len(password) > LONGEST:
        words = f"{safe_repr(user.decode())} has more than {LONGEST} bytes: bcrypt ignores the rest"
        log_once(("users", "long"), lambda: f"the password of {words}")
    return right and user in users


def credentials(authorization: str) -> bytes | None:
    """What a header for Basic authentication says, `user:password`; None if it is not one."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        decoded = b64decode(encoded.strip(" "), validate=True)
    except ValueError:
        return None
    return decoded if scheme.lower() == "basic" and b":" in decoded else None

"""Credentials for a Pushgateway, mostly in files that are read again at each use.

They appear in no `repr`, message or log: text from outside is shown after `redacted`.
"""
# ruff: noqa: S105 - these are names of variables, not passwords

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from ssl import SSLContext

USERNAME: Final = "TYPEDPROM_PUSHGATEWAY_USERNAME"
PASSWORD: Final = "TYPEDPROM_PUSHGATEWAY_PASSWORD"
PASSWORD_FILE: Final = "TYPEDPROM_PUSHGATEWAY_PASSWORD_FILE"
TOKEN_FILE: Final = "TYPEDPROM_PUSHGATEWAY_TOKEN_FILE"
CA_FILE: Final = "TYPEDPROM_PUSHGATEWAY_CA_FILE"
CERT_FILE: Final = "TYPEDPROM_PUSHGATEWAY_CERT_FILE"
KEY_FILE: Final = "TYPEDPROM_PUSHGATEWAY_KEY_FILE"

_FILE_BYTES: Final = 64 * 1024


class CredentialsError(Exception):
    """Credentials cannot be used; the message names the file or setting, not its content."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """The Authorization header of one request, and the words that must not be shown."""

    authorization: str | None = field(default=None, repr=False)
    words: tuple[str, ...] = field(default=(), repr=False)

    def and_words(self, words: tuple[str, ...]) -> Secrets:
        """These, and more words that must not be shown."""
        return replace(self, words=self.words + words)


@dataclass(frozen=True, slots=True)
class Credentials:
    """User name and password, or a bearer token; and certificates for TLS.

    The password is given, or in a file; the token is in a file. `ca_file` holds the certificates
    to trust instead of the system's; `cert_file` and `key_file` are the client's own.
    """

    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    password_file: str | None = None
    token_file: str | None = None
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None

    def __post_init__(self) -> None:
        if self.token_file is not None and self._has_password():
            raise CredentialsError(f"set {TOKEN_FILE}, or a user name and password: not both")
        if self.password is not None and self.password_file is not None:
            raise CredentialsError(f"set {PASSWORD_FILE} or {PASSWORD}: not both")
        if self.username is None and self._has_password():
            raise CredentialsError(f"a password is set without a user name: set {USERNAME}")
        if self.username is not None and self.password is None and self.password_file is None:
            raise CredentialsError(f"a user name is set without a password: set {PASSWORD_FILE}")
        if ":" in (self.username or ""):
            raise CredentialsError("a user name cannot contain a colon")
        if self.key_file is not None and self.cert_file is None:
            raise CredentialsError(f"a key file is set without a certificate file: set {CERT_FILE}")

    @property
    def are_sent(self) -> bool:
        """Whether each request has them in its head."""
        return self.token_file is not None or self.username is not None

    def secrets(self) -> Secrets:
        """What to send now. Raises CredentialsError if a file cannot be read."""
        if self.token_file is not None:
            name = _name("token", self.token_file, TOKEN_FILE)
            token = _read(name, self.token_file).strip()
            if not token.isascii() or not token.isprintable() or not token or " " in token:
                raise CredentialsError(f"{name} does not hold a token")
            return Secrets(f"Bearer {token}", (token,))
        if self.username is None:
            return Secrets()
        password = self.password or ""
        if self.password_file is not None:
            name = _name("password", self.password_file, PASSWORD_FILE)
            password = _read(name, self.password_file).rstrip("\r\n")
        encoded = b64encode(f"{self.username}:{password}".encode(errors="replace")).decode()
        return Secrets(f"Basic {encoded}", (encoded, password or self.username))

    def context(self) -> SSLContext:
        """The TLS context of a new connection. Raises CredentialsError."""
        import ssl  # here, because most gateways are used without TLS

        with _errors_of(f"the CA file {self.ca_file}"):
            context = ssl.create_default_context(cafile=self.ca_file)
        if self.cert_file is not None:
            name = f"the certificate file {self.cert_file}"
            text = "" if self.key_file else _read(name, self.cert_file)
            if "CERTIFICATE" in text and "PRIVATE KEY" not in text:
                raise CredentialsError(f"{name} does not hold a key: set {KEY_FILE}")
            with _errors_of(name):
                # Without `password`, OpenSSL would prompt on the terminal and stop the program.
                context.load_cert_chain(self.cert_file, self.key_file, password="")
        return context

    def or_userinfo(self, userinfo: str) -> Credentials:
        """These, or the user name and password of a URL if these have no password or token."""
        if not userinfo or self.token_file is not None or self._has_password():
            return self
        username, _, password = userinfo.partition(":")
        return replace(self, username=unquote(username), password=unquote(password))

    def has_login(self) -> bool:
        """Whether requests have an Authorization header."""
        return self.token_file is not None or self._has_password()

    def _has_password(self) -> bool:
        given = (self.username, self.password, self.password_file)
        return any(one is not None for one in given)


def from_environment(environ: Mapping[str, str]) -> Credentials:
    """The credentials of TYPEDPROM_PUSHGATEWAY_*; an empty variable is not set."""
    names = (USERNAME, PASSWORD, PASSWORD_FILE, TOKEN_FILE, CA_FILE, CERT_FILE, KEY_FILE)
    return Credentials(*(environ.get(name) or None for name in names))


def _read(name: str, file: str) -> str:
    with _errors_of(name), Path(file).open(encoding="utf-8") as opened:
        return opened.read(_FILE_BYTES)


def _name(what: str, file: str, variable: str) -> str:
    """What a message calls a file whose name may be the secret itself: only a path is shown."""
    try:
        is_path = os.sep in file and Path(file).parent.is_dir()
    except (OSError, ValueError):
        is_path = False
    return f"the {what} file {file}" if is_path else f"the {what} file of {variable}"


@contextmanager
def _errors_of(name: str) -> Generator[None]:
    """Turn errors of the block into a CredentialsError that does not show the file's content."""
    why = ""
    try:
        yield
    except UnicodeDecodeError:
        why = "it is not text in UTF-8"
    except OSError as error:  # SSLError is one, and has a reason
        why = getattr(error, "reason", None) or error.strerror or type(error).__name__
    except ValueError:
        why = "its name is not valid"
    if why:
        raise CredentialsError(f"{name} cannot be used: {why}")

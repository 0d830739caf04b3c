"""Credentials: what a receiver wants to see, mostly in files that are read again at each use.

They appear in no `repr`, no message and no log: what is shown has gone through `Secrets.hidden`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import unquote

from typedprom.core import variables

if TYPE_CHECKING:
    from ssl import SSLContext

LoadedT = TypeVar("LoadedT")

_HIDDEN: Final = "***"
_FILE_BYTES: Final = 64 * 1024


class CredentialsError(Exception):
    """Credentials cannot be used; the message says which file or setting, never what is in it."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """The Authorization header of one request, and what must not be shown because of it."""

    authorization: str | None = field(default=None, repr=False)
    words: tuple[str, ...] = field(default=(), repr=False)

    def hidden(self, text: str) -> str:
        """The text without any of it."""
        for word in sorted(self.words, key=len, reverse=True):
            text = text.replace(word, _HIDDEN)
        return text


@dataclass(frozen=True, slots=True)
class Credentials:
    """User name and password or a bearer token; whom to trust; who we are.

    The password is given, or in a file; the token is in a file. `ca_file` holds the certificates
    to trust instead of the system's, `cert_file` and `key_file` are our own.
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
            raise CredentialsError("there are both a token and a user name or password")
        if self.password is not None and self.password_file is not None:
            raise CredentialsError("there are both a password and a file with one")
        if self.username is None and self._has_password():
            raise CredentialsError("there is a password without a user name")
        if self.username is not None and self.password is None and self.password_file is None:
            raise CredentialsError(
                f"there is a user name without a password: set {variables.PASSWORD_FILE}"
            )
        if ":" in (self.username or ""):
            raise CredentialsError("a user name cannot have a colon")
        if self.key_file is not None and self.cert_file is None:
            raise CredentialsError("there is a key file without a certificate file")

    def secrets(self) -> Secrets:
        """What to send now; CredentialsError where a file cannot be read."""
        if self.token_file is not None:
            token = _read("token", self.token_file).strip()
            if not token.isascii() or not token.isprintable() or not token or " " in token:
                raise CredentialsError(f"the token file {self.token_file} holds no token")
            return Secrets(f"Bearer {token}", (token,))
        if self.username is None:
            return Secrets()
        password = self.password or ""
        if self.password_file is not None:
            password = _read("password", self.password_file).rstrip("\r\n")
        encoded = b64encode(f"{self.username}:{password}".encode(errors="replace")).decode()
        return Secrets(f"Basic {encoded}", (encoded, password) if password else (encoded,))

    def context(self) -> SSLContext:
        """What a TLS connection that begins now is checked with."""
        import ssl  # here, because most gateways are asked without TLS

        context = _loaded(
            "CA", self.ca_file, lambda: ssl.create_default_context(cafile=self.ca_file)
        )
        if self.cert_file is not None:
            cert, key = self.cert_file, self.key_file
            if key is None:
                _check_key(cert)
            # A password that is asked for on the terminal would stop the program.
            _loaded("certificate", cert, lambda: context.load_cert_chain(cert, key, password=""))
        return context

    def or_userinfo(self, userinfo: str) -> Credentials:
        """These, or where they have neither password nor token, those that a URL holds."""
        if not userinfo or self.token_file is not None or self._has_password():
            return self
        username, _, password = userinfo.partition(":")
        return replace(self, username=unquote(username), password=unquote(password))

    def _has_password(self) -> bool:
        given = (self.username, self.password, self.password_file)
        return any(one is not None for one in given)


def from_environment(environ: Mapping[str, str]) -> Credentials:
    """The credentials that TYPEDPROM_PUSHGATEWAY_* name; what is empty is not there."""
    return Credentials(
        username=environ.get(variables.USERNAME) or None,
        password=environ.get(variables.PASSWORD) or None,
        password_file=environ.get(variables.PASSWORD_FILE) or None,
        token_file=environ.get(variables.TOKEN_FILE) or None,
        ca_file=environ.get(variables.CA_FILE) or None,
        cert_file=environ.get(variables.CERT_FILE) or None,
        key_file=environ.get(variables.KEY_FILE) or None,
    )


def _read(what: str, file: str) -> str:
    try:
        with Path(file).open(encoding="utf-8") as opened:
            return opened.read(_FILE_BYTES)
    except OSError as error:
        why = error.strerror or type(error).__name__
    except ValueError:
        why = "it is no text in UTF-8"
    raise CredentialsError(f"the {what} file {file} cannot be read: {why}")


def _check_key(cert: str) -> None:
    """CredentialsError where a certificate without a key file has no key beside it."""
    text = _read("certificate", cert)
    if "CERTIFICATE" in text and "PRIVATE KEY" not in text:
        raise CredentialsError(
            f"the certificate file {cert} holds no key: set {variables.KEY_FILE}"
        )


def _loaded(what: str, file: str | None, load: Callable[[], LoadedT]) -> LoadedT:
    try:
        return load()
    except (OSError, ValueError) as error:  # SSLError is an OSError
        reason = getattr(error, "reason", None)
        why = error.strerror if isinstance(error, OSError) and not reason else reason
    raise CredentialsError(f"the {what} file {file} cannot be used: {why}")

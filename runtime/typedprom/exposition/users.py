"""Users: a file of names and password hashes, a line each, and who is one of them.

A line is `user:pbkdf2_sha256$iterations$salt$hash`: PBKDF2 with HMAC-SHA256 over the UTF-8 of the
password and the salt as it stands there, 32 bytes, in base64. Django writes the same. Empty lines
and those that begin with `#` are passed over.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from hashlib import pbkdf2_hmac
from pathlib import Path
from typing import Final, NamedTuple

from typedprom.core.misuse import log_once
from typedprom.exposition import renewal

ITERATIONS: Final = 600_000  # a quarter of a second
_MOST_ITERATIONS: Final = 10_000_000
_OTHERS: Final = 0o077  # the rights of all but the owner
_FORM: Final = "user:pbkdf2_sha256$iterations$salt$hash"
_LINE: Final = re.compile(
    r"([^:]+):pbkdf2_sha256\$([1-9][0-9]{0,7})\$([!-#%-~]{1,128})\$([A-Za-z0-9+/]{43}=)"
)


class Secret(NamedTuple):
    """What there is to check a password with."""

    iterations: int
    salt: bytes
    hash: bytes

    def __repr__(self) -> str:
        return "<a secret>"


def line(user: str, password: str, *, iterations: int = ITERATIONS) -> str:
    """The line, without its end, that lets the user in with the password."""
    if not _is_user(user) or ":" in user:
        raise ValueError(
            "a user's name is printable, without colons, without spaces around it, and does not "
            "begin with #"
        )
    if not password or re.search(r"[\x00-\x1f\x7f]", password):
        raise ValueError("a password is not empty and has no control characters")
    if not 1 <= iterations <= _MOST_ITERATIONS:
        raise ValueError(f"iterations are from 1 to {_MOST_ITERATIONS}")
    salt = secrets.token_urlsafe(16)
    hash = _hash(password.encode(), salt.encode(), iterations)
    return f"{user}:pbkdf2_sha256${iterations}${salt}${b64encode(hash).decode()}"


def read(path: Path) -> Users:
    """The users of the file, or a ValueError with the line that is wrong, but not what is on it."""
    try:
        text = renewal.read(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8") from None
    _warn_if_open(path)
    try:
        found = parsed(text.splitlines())
    except ValueError as error:
        raise ValueError(f"{path}, {error}") from None
    if not found:
        raise ValueError(f"{path} has no users: write lines like {_FORM}")
    return Users(found)


class Users:
    """Who may come in. Credentials are `user:password` in UTF-8."""

    def __init__(self, found: Mapping[bytes, Secret]) -> None:
        self._secrets = found
        self._most = max(secret.iterations for secret in found.values())
        self._nobody = Secret(self._most, secrets.token_bytes(16), b"")
        self._key = secrets.token_bytes(32)
        self._seen: dict[bytes, bytes] = {}  # a digest of what each user was let in with

    def knows(self, credentials: bytes) -> bool:
        """Whether they have been found right before, in microseconds."""
        digest = self._seen.get(_user(credentials), b"")
        return hmac.compare_digest(digest, self._digest(credentials))

    def verify(self, credentials: bytes) -> bool:
        """Whether they are right, in the time that takes: the same for all of this file."""
        user = _user(credentials)
        password = credentials[len(user) + 1 :]
        secret = self._secrets.get(user, self._nobody)
        found = _hash(password, secret.salt, secret.iterations)
        if secret.iterations < self._most:
            _hash(password, secret.salt, self._most - secret.iterations)
        if not hmac.compare_digest(found, secret.hash):
            return False
        self._seen[user] = self._digest(credentials)
        return True

    def _digest(self, credentials: bytes) -> bytes:
        return hmac.digest(self._key, credentials, "sha256")


def _user(credentials: bytes) -> bytes:
    return credentials.partition(b":")[0]


def _hash(password: bytes, salt: bytes, iterations: int) -> bytes:
    return pbkdf2_hmac("sha256", password, salt, iterations)


def _is_user(name: str) -> bool:
    return name.isprintable() and name == name.strip() and name[:1] not in ("", "#")


def parsed(lines: Iterable[str]) -> dict[bytes, Secret]:
    """The secret of each user; a ValueError has the number of a line that is wrong."""
    found: dict[bytes, Secret] = {}
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith("#"):
            continue
        parts = _LINE.fullmatch(line)
        if parts is None or not _is_user(parts[1]) or int(parts[2]) > _MOST_ITERATIONS:
            raise ValueError(f"line {number}: this is not {_FORM}")
        user = parts[1].encode()
        if user in found:
            raise ValueError(f"line {number}: this user has a line already")
        found[user] = Secret(int(parts[2]), parts[3].encode(), b64decode(parts[4]))
    return found


def _warn_if_open(path: Path) -> None:
    try:
        mode = path.stat().st_mode & 0o777
    except OSError:  # it has been replaced meanwhile, and will be read again
        return
    if os.name == "posix" and mode & _OTHERS:
        log_once(
            ("users", str(path)),
            lambda: (
                f"{path} has mode {mode:04o}, so that others than its owner can use it: "
                f"chmod 600 {path}"
            ),
        )

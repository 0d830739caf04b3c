"""URLs of receivers. They may hold credentials, so they are shown as scheme, host and port only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import quote, unquote, urlsplit

_SCHEMES: Final = ("http", "https")
_WITHOUT_SLASHES: Final = re.compile(r"https?:(?![0-9]+(?:/|$))", re.IGNORECASE)
_HOST: Final = re.compile(r"[\w.-]+|[0-9a-f:.]+(?:%[\w.-]+)?", re.IGNORECASE)  # a name or IPv6
_UNQUOTED: Final = "/%:@!$&'()*+,;=~"
_ENCODE: Final = "in a user name or password, percent-encode all but letters and digits"
_SHORTEST: Final = 4  # characters of a token
_TOKEN: Final = re.compile(r"(?=.*[A-Z0-9%]).{8,}")  # other parts of a path are mere names


class Endpoint(NamedTuple):
    """Scheme, host and port of a server."""

    scheme: str
    host: str
    port: int | None

    @property
    def netloc(self) -> str:
        """The host and, if one is given, the port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """The scheme, the host and, if one is given, the port."""
        return f"{self.scheme}://{self.netloc}"


class ServerURL(NamedTuple):
    """The parts of a URL. `path` has no slash at its end."""

    endpoint: Endpoint
    path: str
    query: str
    userinfo: str

    def __repr__(self) -> str:
        return f"ServerURL({self.shown!r})"

    @property
    def shown(self) -> str:
        """What messages show: a path or a query, which may hold a token, as `/...`."""
        return f"{self.endpoint.origin}/..." if self.path or self.query else self.endpoint.origin

    @property
    def is_in_clear(self) -> bool:
        """Whether others can read what is sent: by plain http, and not to this machine."""
        return self.endpoint.scheme == "http" and not _is_loopback(self.endpoint.host)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The parts that may be secret: of the user name and password, the query and the path."""
        username, _, password = self.userinfo.partition(":")
        parts = [pair.partition("=")[2] or pair for pair in self.query.split("&")]
        parts += [part for part in self.path.split("/") if _TOKEN.fullmatch(part)]
        return (unquote(password or username), *long_enough(map(unquote, parts)))


def read_url(url: str, what: str) -> ServerURL:
    """Parse the URL of `what`, with or without a scheme. Raises ValueError without the URL."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError:
        raise ValueError(f"the URL of the {what} cannot be read; {_ENCODE}") from None
    if parts.scheme not in _SCHEMES or ("://" not in url and _WITHOUT_SLASHES.match(url)):
        raise ValueError(f"the URL of the {what} must begin with http:// or https://")
    try:
        port = parts.port
    except ValueError:
        raise ValueError(
            f"the port in the URL of the {what} is not a number up to 65535; {_ENCODE}"
        ) from None
    if not parts.hostname:
        raise ValueError(f"the URL of the {what} has no host")
    if not _HOST.fullmatch(parts.hostname):
        raise ValueError(f"the host in the URL of the {what} is not the name of a host; {_ENCODE}")
    if "@" in parts.path + parts.query:  # it is the rest of a password with a slash
        raise ValueError(f"the path of the {what}'s URL has an `@`; {_ENCODE}")
    if parts.fragment:
        raise ValueError(f"the URL of the {what} must not have a fragment; {_ENCODE}")
    userinfo = parts.netloc.rpartition("@")[0]
    path = quote(parts.path.rstrip("/"), safe=_UNQUOTED, errors="replace")
    query = quote(parts.query, safe=f"{_UNQUOTED}?", errors="replace")
    return ServerURL(Endpoint(parts.scheme, parts.hostname, port), path, query, userinfo)


def long_enough(words: Iterable[str]) -> Iterator[str]:
    """Those of the words that may be secrets, and not the short name of something."""
    return (word for word in words if len(word) >= _SHORTEST)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:  # it is a name
        return False


def shown_url(url: str) -> str:
    """What messages show of a URL; empty if it cannot be read."""
    try:
        return read_url(url, "").shown
    except ValueError:
        return ""

"""URLs of a Pushgateway and paths of its groups."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit

from typedprom.delivery.http_client import Endpoint
from typedprom.exposition.text_format import is_legacy_name

_SCHEMES: Final = ("http", "https")
_NOT_SHOWN: Final = re.compile(r":(?!//|[0-9]+(?:/|$)).*")  # it may be a password
_IN_BASE64: Final = ("", ".", "..")  # a path segment cannot be one of these, nor have a slash
_ENCODE: Final = "in a user name or password, percent-encode all but letters and digits"


class GatewayURL(NamedTuple):
    """The parts of a Pushgateway's URL. `prefix` is a path without a slash at its end."""

    endpoint: Endpoint
    prefix: str
    userinfo: str

    def __repr__(self) -> str:
        return f"GatewayURL({self.shown!r})"

    @property
    def shown(self) -> str:
        """The URL without user name and password."""
        return f"{self.endpoint.scheme}://{self.endpoint.netloc}{self.prefix}"


def read_url(url: str) -> GatewayURL:
    """Parse a URL, with or without a scheme. Raises ValueError, which does not show the URL."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError:
        raise ValueError(f"the URL of the Pushgateway cannot be read; {_ENCODE}") from None
    try:
        port = parts.port
    except ValueError:
        raise ValueError(
            f"the port in the URL of the Pushgateway is not a number up to 65535; {_ENCODE}"
        ) from None
    if parts.scheme not in _SCHEMES:
        raise ValueError("the URL of the Pushgateway must begin with http:// or https://")
    if not parts.hostname:
        raise ValueError("the URL of the Pushgateway has no host")
    if "@" in parts.path:  # the path is the rest of a password with a slash: do not show it
        raise ValueError(f"the path of the Pushgateway's URL has an `@`; {_ENCODE}")
    if parts.query or parts.fragment:
        raise ValueError("the URL of the Pushgateway must not have a query or a fragment")
    userinfo = parts.netloc.rpartition("@")[0]
    prefix = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~")
    return GatewayURL(Endpoint(parts.scheme, parts.hostname, port), prefix, userinfo)


def without_secrets(url: str) -> str:
    """The part of a URL that can be shown, even if the URL is invalid."""
    after = url.rpartition("@")[2]
    return _NOT_SHOWN.sub(":***", re.split("[?#]", after)[0])


def without_userinfo(url: str) -> str:
    """A valid URL without user name, password, query and fragment. Raises ValueError."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def group_path(grouping: Mapping[str, str]) -> str:
    """The path of a group, `/metrics/job/…`. Raises ValueError for an invalid grouping key."""
    if next(iter(grouping), "") != "job" or not grouping["job"]:
        raise ValueError("a grouping key must begin with a `job` that is not empty")
    for name in grouping:
        if not is_legacy_name(name) or name.startswith("__"):
            raise ValueError(f"{name!r} is not a valid label name of a grouping key")
    return "/metrics" + "".join([f"/{_segments(*label)}" for label in grouping.items()])


def _segments(name: str, value: str) -> str:
    raw = value.encode(errors="replace")
    if value in _IN_BASE64 or "/" in value:
        return f"{name}@base64/{urlsafe_b64encode(raw).decode() or '='}"
    return f"{name}/{quote(raw, safe='')}"

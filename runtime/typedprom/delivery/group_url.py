"""Grouping keys and URLs of a Pushgateway, from what people write to what is sent."""

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
_IN_BASE64: Final = ("", ".", "..")  # which a path cannot hold, as it cannot a slash


class GatewayURL(NamedTuple):
    """A Pushgateway's URL in its parts. `prefix` is a path without a slash at its end."""

    endpoint: Endpoint
    prefix: str
    userinfo: str

    def __repr__(self) -> str:
        return f"Address({self.shown!r})"

    @property
    def shown(self) -> str:
        """The URL without user name and password."""
        return f"{self.endpoint.scheme}://{self.endpoint.netloc}{self.prefix}"


def read_url(url: str) -> GatewayURL:
    """The parts of a URL, with or without a scheme. ValueError, which does not repeat the URL."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError:
        raise ValueError(
            "the URL of the Pushgateway cannot be read; in a user name or password, "
            "percent-encode what is neither letter nor digit"
        ) from None
    try:
        port = parts.port
    except ValueError:
        raise ValueError(
            "the port in the URL of the Pushgateway is no number up to 65535; in a user name or "
            "password, percent-encode what is neither letter nor digit"
        ) from None
    if parts.scheme not in _SCHEMES:
        raise ValueError("the URL of the Pushgateway begins with neither http:// nor https://")
    if not parts.hostname:
        raise ValueError("the URL of the Pushgateway has no host")
    if "@" in parts.path:  # the rest of a password with a slash in it: it is not to be shown
        raise ValueError(
            "the path of the Pushgateway's URL has an `@`; in a user name or password, "
            "percent-encode what is neither letter nor digit"
        )
    if parts.query or parts.fragment:
        raise ValueError("the URL of the Pushgateway has a query or a fragment, which it cannot")
    userinfo = parts.netloc.rpartition("@")[0]
    prefix = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~")
    return GatewayURL(Endpoint(parts.scheme, parts.hostname, port), prefix, userinfo)


def without_secrets(url: str) -> str:
    """What can be shown of a URL, also of one that cannot be read."""
    after = url.rpartition("@")[2]
    return _NOT_SHOWN.sub(":***", re.split("[?#]", after)[0])


def group_path(grouping: Mapping[str, str]) -> str:
    """The path of a group, `/metrics/job/…`, for a key whose first label is `job`. ValueError."""
    if next(iter(grouping), "") != "job" or not grouping["job"]:
        raise ValueError("a grouping key begins with `job`, which is not empty")
    for name in grouping:
        if not is_legacy_name(name) or name.startswith("__"):
            raise ValueError(f"{name!r} is no name for a label of a grouping key")
    return "/metrics" + "".join([f"/{_segments(*label)}" for label in grouping.items()])


def _segments(name: str, value: str) -> str:
    raw = value.encode(errors="replace")
    if value in _IN_BASE64 or "/" in value:
        return f"{name}@base64/{urlsafe_b64encode(raw).decode() or '='}"
    return f"{name}/{quote(raw, safe='')}"

"""Pushgateway: families as absolute totals of one group, replaced as a whole."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from time import monotonic
from typing import Final, Literal, NamedTuple, Protocol, TypeAlias
from urllib.parse import urlsplit

from typedprom.core.variables import PASSWORD_FILE, TOKEN_FILE, USERNAME
from typedprom.delivery.credentials import Credentials, CredentialsError
from typedprom.delivery.deliverer import DELIVERED, SinkResult
from typedprom.delivery.group_url import group_path, read_url
from typedprom.delivery.http_client import (
    DeadlineConnection,
    GaveUpError,
    HTTPRequest,
    UntrustedError,
    asked,
    said,
)
from typedprom.delivery.sinks.quarantine import Quarantine
from typedprom.exposition.family_text import TextRenderer
from typedprom.exposition.negotiation import PROTOBUF, TEXT
from typedprom.exposition.protobuf import ProtobufRenderer
from typedprom.metrics.definition import Family

_NO_CREDENTIALS: Final = Credentials()
_REFUSALS: Final = (400, 406, 413, 415)  # of this format, or of something in these families
_REMEDIES: Final = {
    401: f"; set {USERNAME} and {PASSWORD_FILE}, or {TOKEN_FILE}",
    404: "; give the gateway's root, with its route prefix if it has one",
}

Method: TypeAlias = Literal["PUT", "POST"]


class _PayloadRenderer(Protocol):
    def parts(self, families: Iterable[Family]) -> Mapping[str, bytes]: ...


class _PayloadFormat(NamedTuple):
    """A way to write families, and what it is called."""

    content_type: str
    renderer: _PayloadRenderer


class _NotTakenError(Exception):
    """The receiver answered, and asking again does not help; the message says what it answered."""


class Pushgateway:
    """A group of a Pushgateway. `grouping` begins with `job`; ValueError for it and the URL.

    The URL may have a user name and a password, which count where `credentials` has none, and a
    path that the gateway is below of. What the gateway refuses is left to `refusals`.
    """

    def __init__(
        self,
        url: str,
        grouping: Mapping[str, str],
        credentials: Credentials = _NO_CREDENTIALS,
        refusals: Quarantine | None = None,
    ) -> None:
        address = read_url(url)
        self.name = address.shown
        self._path = address.prefix + group_path(grouping)
        credentials = credentials.or_userinfo(address.userinfo)
        self._connection = DeadlineConnection(address.endpoint, credentials)
        self._refusals = refusals or Quarantine(None)
        self._formats = (
            _PayloadFormat(PROTOBUF.content_type, ProtobufRenderer()),
            _PayloadFormat(TEXT.content_type, TextRenderer("text", "hidden")),
        )
        self._spoken: _PayloadFormat | None = None  # the one that was taken last
        self._pushing, self._pid = Lock(), os.getpid()

    def __repr__(self) -> str:
        return f"Pushgateway({self.name!r})"

    def prepare(self) -> None:
        """Begin to look the host's name up: while the interpreter exits it is too late for that."""
        self._connection.prepare()

    def close(self) -> None:
        """Close the connection, which the next push opens again."""
        self._connection.close()

    def push(self, families: Iterable[Family], deadline: float) -> SinkResult:
        """Replace the group by these families, until `time.monotonic()` is the deadline.

        Nothing is raised. Passing trouble is tried again until the deadline. Families that are
        refused are set aside for a while, and all others are delivered. Without any families
        nothing is sent.
        """
        if self._pid != os.getpid():  # another thread of the parent may have held it
            self._pushing, self._pid = Lock(), os.getpid()
        if not self._pushing.acquire(timeout=min(max(0.0, deadline - monotonic()), 3600.0)):
            return SinkResult(delivered=False, reason="another push is still going on")
        try:
            return self._push([*families], deadline)
        except (GaveUpError, UntrustedError, CredentialsError, _NotTakenError) as error:
            return SinkResult(delivered=False, reason=str(error))
        except Exception as error:  # ours, or a system's that we do not know
            self._connection.close()
            return SinkResult(delivered=False, reason=f"pushing failed by {type(error).__name__}")
        finally:
            self._pushing.release()

    def _push(self, families: Sequence[Family], deadline: float) -> SinkResult:
        held = self._refusals.held()
        payload = _Payload(family for family in families if family.definition.name not in held)
        names = payload.names(self._formats[0])
        if not names:
            return SinkResult(delivered=True, refused=held) if held else DELIVERED
        refused: dict[str, str] = {}
        if self._offered("PUT", payload, names, deadline):
            refused = self._offered_apart(payload, names, deadline)
        self._refusals.forget_taken({*names}.difference(refused))
        return SinkResult(delivered=True, refused={**held, **refused})

    def _offered(
        self, method: Method, payload: _Payload, names: Sequence[str], deadline: float
    ) -> str | None:
        """None if these families were taken, else what the gateway says is wrong with them.

        It may be wrong that they are in this format: until one was taken, each is tried.
        """
        refusal: str | None = None
        for format in (self._spoken,) if self._spoken else self._formats:
            body = payload.body(format, names)
            refusal = self._asked(
                HTTPRequest(method, self._path, format.content_type, body), deadline
            )
            if refusal is None:
                self._spoken = format
                break
        return refusal

    def _offered_apart(
        self, payload: _Payload, names: Sequence[str], deadline: float
    ) -> dict[str, str]:
        """Offer the halves, and their halves, so that only what is wrong is not taken.

        A POST replaces only metrics of the same names, so that nothing that was taken is lost.
        Families that are refused alone are kept, and returned with the gateway's words.
        """
        as_text = self._formats[-1]
        refusal = self._asked(HTTPRequest("POST", self._path, as_text.content_type, b""), deadline)
        if refusal:  # not even nothing is taken: it is not for the families
            raise _NotTakenError(refusal)
        self._spoken = None
        refused: dict[str, str] = {}
        pending = _halves(names)
        while pending:
            some = pending.pop()
            refusal = self._offered("POST", payload, some, deadline)
            if refusal and len(some) > 1:
                pending += _halves(some)
            elif refusal:
                refused[some[0]] = refusal
                self._refusals.keep(some[0], refusal, payload.body(as_text, some))
        return refused

    def _asked(self, message: HTTPRequest, deadline: float) -> str | None:
        """None if the message was taken, what the gateway answered if it was refused."""
        answer = asked(self._connection, message, deadline)
        if answer.status < 300:
            return None
        if answer.status in _REFUSALS:
            return said(answer)
        where = _without_userinfo(answer.location)
        remedy = _REMEDIES.get(answer.status, "")
        raise _NotTakenError(said(answer) + (f" (to {where})" if where else "") + remedy)


class _Payload:
    """The families of one push, each rendered at most once in each format."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._families = [*families]
        self._parts: dict[_PayloadFormat, Mapping[str, bytes]] = {}

    def names(self, format: _PayloadFormat) -> list[str]:
        """The families that can be written."""
        return [*self._rendered(format)]

    def body(self, format: _PayloadFormat, names: Iterable[str]) -> bytes:
        """These families."""
        parts = self._rendered(format)
        return b"".join([parts.get(name, b"") for name in names])

    def _rendered(self, format: _PayloadFormat) -> Mapping[str, bytes]:
        if format not in self._parts:
            self._parts[format] = format.renderer.parts(self._families)
        return self._parts[format]


def _halves(names: Sequence[str]) -> list[Sequence[str]]:
    middle = len(names) // 2
    return [half for half in (names[:middle], names[middle:]) if half]


def _without_userinfo(url: str) -> str:
    """Where a redirect leads, without what may be secret in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()

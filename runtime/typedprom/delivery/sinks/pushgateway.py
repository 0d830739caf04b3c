"""The Pushgateway: each push replaces a group with absolute totals."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias
from zlib import crc32

from typedprom.delivery.credentials import (
    CA_FILE,
    CERT_FILE,
    KEY_FILE,
    PASSWORD,
    PASSWORD_FILE,
    TOKEN_FILE,
    USERNAME,
    Credentials,
    CredentialsError,
    from_environment,
)
from typedprom.delivery.group_url import beside, group_path
from typedprom.delivery.http_client import (
    DeadlineConnection,
    GaveUpError,
    HTTPRequest,
    UntrustedError,
)
from typedprom.delivery.quarantine import Quarantine
from typedprom.delivery.server_url import ServerURL, read_url, shown_url
from typedprom.delivery.sinks import DELIVERED, Option, SinkResult, SinkSpec, Variable
from typedprom.exposition.family_text import TextRenderer
from typedprom.exposition.negotiation import PROTOBUF, TEXT
from typedprom.exposition.protobuf import ProtobufRenderer
from typedprom.metrics.definition import Family

if TYPE_CHECKING:
    from typedprom.spool.directory import SpoolDirectory

_NO_CREDENTIALS: Final = Credentials()
_REFUSED: Final = (400, 406, 413, 415)  # the format, or something in these families
_UNAUTHORIZED: Final = 401
_REMEDIES: Final = {
    _UNAUTHORIZED: f"; set {USERNAME} and {PASSWORD_FILE}, or {TOKEN_FILE}",
    404: "; give the gateway's root, with its route prefix if it has one",
}
_WHAT: Final = "Pushgateway"

Method: TypeAlias = Literal["PUT", "POST"]


class _PayloadFormat(NamedTuple):
    """A content type, and what renders each family in it, by name."""

    content_type: str
    render: Callable[[Sequence[Family]], Mapping[str, bytes]]


# The families of one push, by name, in each format.
_Payload: TypeAlias = Callable[[_PayloadFormat], Mapping[str, bytes]]


class _NotAcceptedError(Exception):
    """The gateway answered, and a retry does not help; the message is its answer."""


class Pushgateway:
    """A group of a Pushgateway. Raises ValueError if the URL or the grouping key is invalid.

    The URL may have a path prefix, and a user name and password, which are used if `credentials`
    has none. Families that the gateway refuses are added to the quarantine.
    """

    def __init__(
        self,
        url: str,
        grouping: Mapping[str, str],
        credentials: Credentials = _NO_CREDENTIALS,
        quarantine: Quarantine | None = None,
    ) -> None:
        address = _read(url)
        self.name = address.shown
        self._grouping = grouping
        self._path = address.path + group_path(grouping)
        credentials = credentials.or_userinfo(address.userinfo)
        self._has_login = credentials.has_login()
        self._connection = DeadlineConnection(address, credentials)
        self._quarantine = quarantine or Quarantine(None)
        self._formats = (
            _PayloadFormat(PROTOBUF.content_type, ProtobufRenderer().parts),
            _PayloadFormat(TEXT.content_type, TextRenderer("text", "hidden").parts),
        )
        self._accepted: _PayloadFormat | None = None  # the format that was accepted last
        self._pushing = Lock()

    def __repr__(self) -> str:
        return f"Pushgateway({self.name!r})"

    def prepare(self) -> None:
        """Start the DNS look-up, which cannot start while the interpreter exits."""
        self._connection.prepare()

    def push(self, families: Iterable[Family], deadline: float) -> SinkResult:
        """Replace the group by these families before `time.monotonic()` reaches the deadline.

        Raises nothing. Temporary failures are retried until the deadline. Refused families are
        quarantined, and all others are delivered. Without families nothing is sent.
        """
        if not self._pushing.acquire(timeout=min(max(0.0, deadline - monotonic()), 3600.0)):
            return SinkResult(delivered=False, reason="another push is still going on")
        try:
            return self._push([*families], deadline)
        except (GaveUpError, UntrustedError, CredentialsError, _NotAcceptedError) as error:
            return SinkResult(delivered=False, reason=str(error))
        except Exception as error:  # a bug, or an unknown failure of the system
            self._connection.close()
            return SinkResult(delivered=False, reason=f"pushing failed by {type(error).__name__}")
        finally:
            self._pushing.release()

    def _push(self, families: Sequence[Family], deadline: float) -> SinkResult:
        held = self._quarantine.held()
        families = beside(self._grouping, families)
        pushed = [family for family in families if family.definition.name not in held]

        @cache
        def payload(format: _PayloadFormat) -> Mapping[str, bytes]:
            return format.render(pushed)

        names = [*payload(self._formats[0])]
        if not names:
            return SinkResult(delivered=True, refused=held) if held else DELIVERED
        refused: dict[str, str] = {}
        if self._send("PUT", payload, names, deadline):
            refused = self._send_halves(payload, names, deadline)
        self._quarantine.remove({*names}.difference(refused))
        return SinkResult(delivered=True, refused={**held, **refused})

    def _send(
        self, method: Method, payload: _Payload, names: Sequence[str], deadline: float
    ) -> str | None:
        """Send these families; None if they were accepted, else why the gateway refused them.

        The reason may be the format: until one has been accepted, each is tried.
        """
        refusal: str | None = None
        for format in (self._accepted,) if self._accepted else self._formats:
            body = _body(payload(format), names)
            request = HTTPRequest(method, self._path, format.content_type, body)
            refusal = self._request(request, deadline)
            if refusal is None:
                self._accepted = format
                break
        return refusal

    def _send_halves(
        self, payload: _Payload, names: Sequence[str], deadline: float
    ) -> dict[str, str]:
        """Send both halves, and halves of a refused half, until single families are refused.

        A POST replaces only metrics of the same names, so that accepted families stay. Families
        that are refused alone are quarantined, and returned with the gateway's words.
        """
        as_text = self._formats[-1]
        empty = HTTPRequest("POST", self._path, as_text.content_type, b"")
        if refusal := self._request(empty, deadline):  # the families are not the reason
            raise _NotAcceptedError(refusal)
        self._accepted = None
        refused: dict[str, str] = {}
        pending = _halves(names)
        while pending:
            half = pending.pop()
            refusal = self._send("POST", payload, half, deadline)
            if refusal and len(half) > 1:
                pending += _halves(half)
            elif refusal:
                refused[half[0]] = refusal
                self._quarantine.add(half[0], refusal, _body(payload(as_text), half))
        return refused

    def _request(self, request: HTTPRequest, deadline: float) -> str | None:
        """None if the request was accepted, the gateway's answer if it was refused."""
        answer = self._connection.exchange_with_retries(request, deadline)
        if 200 <= answer.status < 300:
            return None
        if answer.status in _REFUSED:
            return answer.describe()
        where = f" (to {answer.location})" if answer.location else ""
        remedy = _REMEDIES.get(answer.status, "")
        if answer.status == _UNAUTHORIZED and self._has_login:
            remedy = "; it does not accept these credentials"
        raise _NotAcceptedError(answer.describe() + where + remedy)


def _body(parts: Mapping[str, bytes], names: Sequence[str]) -> bytes:
    return b"".join([parts.get(name, b"") for name in names])


def _halves(names: Sequence[str]) -> list[Sequence[str]]:
    middle = len(names) // 2
    return [half for half in (names[:middle], names[middle:]) if half]


def _read(url: str) -> ServerURL:
    read = read_url(url, _WHAT)
    if read.query:
        raise ValueError(f"the URL of the {_WHAT} must not have a query")
    return read


def _make(url: str, grouping: Mapping[str, str], directory: SpoolDirectory) -> Pushgateway:
    # Another gateway may accept what this one refuses. File names hold nothing of a password.
    where = repr((shown_url(url), dict(grouping)))
    quarantine = Quarantine(directory.refused, f"{crc32(where.encode(errors='replace')):08x}")
    try:
        return Pushgateway(url, grouping, from_environment(os.environ), quarantine)
    except CredentialsError as error:
        raise ValueError(str(error)) from error


def _sends_in_clear(url: str) -> bool:
    read = _read(url)
    return read.is_in_clear and from_environment(os.environ).or_userinfo(read.userinfo).are_sent


SINK: Final = SinkSpec(
    name=_WHAT,
    variable=Variable(
        "TYPEDPROM_PUSHGATEWAY_URL",
        "a Pushgateway, by http unless the URL begins with `https://`; "
        "a catalog's own variable wins",
    ),
    option=Option("--pushgateway", "URL", "a Pushgateway, instead of those in variables"),
    make=_make,
    other_variables=(
        Variable(USERNAME, "user name for Basic authentication", "that of the URL"),
        Variable(PASSWORD, "password for Basic authentication", "that of the URL"),
        Variable(PASSWORD_FILE, "a file with the password, read at each push"),
        Variable(TOKEN_FILE, "a file with a bearer token, read at each push"),
        Variable(CA_FILE, "certificates to trust for https", "the system's"),
        Variable(CERT_FILE, "a client certificate for https; may hold its key too"),
        Variable(KEY_FILE, "the key of the client certificate"),
    ),
    show=shown_url,
    sends_in_clear=_sends_in_clear,
    is_named_by_catalogs=True,
    is_grouped=True,
)

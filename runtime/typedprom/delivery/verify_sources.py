"""What a set-up is verified with: the APIs of a Pushgateway and of Prometheus, which are JSON.

Whatever they answer may be damaged or forged: it is read up to a limit, and shown without what
repeats credentials.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Final
from urllib.parse import urlencode

from typedprom.core import checked_json as parsed
from typedprom.core.misuse import printable
from typedprom.delivery.credentials import Credentials, CredentialsError
from typedprom.delivery.http_client import (
    DeadlineConnection,
    HTTPRequest,
    UnreachableError,
    UntrustedError,
)
from typedprom.delivery.redaction import beginning, redacted
from typedprom.delivery.server_url import read_url
from typedprom.delivery.verify_samples import Samples, of_gateway

_SECONDS: Final = 10.0  # for one request
_MOST_BYTES: Final = 64 << 20  # of an answer
_OK: Final = 200
_INVALID: Final = (ValueError, RecursionError)


class SourceError(Exception):
    """There is no usable answer; the message continues a sentence after the server's name."""


class JSONSource:
    """A server whose API answers `{"status": "success", "data": …}`. ValueError for a wrong URL."""

    def __init__(self, url: str, what: str, credentials: Credentials) -> None:
        address = read_url(url, what)
        if address.query:
            raise ValueError(f"the URL of the {what} must not have a query")
        self.name = address.shown
        self.server = address.endpoint.netloc
        self._what = what
        self._path = address.path
        self._url_secrets = address.secrets
        self._credentials = credentials.or_userinfo(address.userinfo)
        self._connection = DeadlineConnection(address, self._credentials)

    def data(self, path: str, query: Mapping[str, str] | None = None) -> object:
        """The data at the path. Raises SourceError."""
        target = self._path + path + (f"?{urlencode(query)}" if query else "")
        request = HTTPRequest("GET", target, "application/json", b"", _MOST_BYTES)
        try:
            answer = self._connection.exchange(request, monotonic() + _SECONDS)
        except (UnreachableError, UntrustedError, CredentialsError) as error:
            raise SourceError(str(error)) from error
        if answer.status != _OK:
            where = f" (to {answer.location})" if answer.location else ""
            raise SourceError(answer.describe() + where)
        if len(answer.body) >= _MOST_BYTES:
            raise SourceError(f"answers with more than {_MOST_BYTES >> 20} MB")
        try:
            fields = parsed.mapping(parsed.loads(answer.body))
        except _INVALID as error:
            why = f"answers with something that is not JSON: is it a {self._what}?"
            raise SourceError(why) from error
        if "data" not in fields:
            raise SourceError(f"answers without data: is it a {self._what}?")
        return fields["data"]

    def shown(self, text: str) -> str:
        """The beginning of a text from the server, without what repeats credentials."""
        try:
            words = self._credentials.secrets().words
        except CredentialsError:
            words = ()
        return printable(beginning(redacted(text, (*words, *self._url_secrets))))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass(frozen=True, slots=True)
class GatewayGroup:
    """A group of a Pushgateway: when it was last pushed and refused, in Unix time; by what spool.

    `spool` is empty if no spool has pushed it.
    """

    labels: Mapping[str, str]
    pushed: float
    failed: float
    spool: str
    fields: parsed.Fields

    @classmethod
    def read(cls, value: object) -> GatewayGroup:
        """The group as the API gives it. Raises ValueError."""
        fields = parsed.mapping(value)
        return cls(
            labels=dict(parsed.labels(fields.get("labels"))),
            pushed=_time(fields, "push_time_seconds"),
            failed=_time(fields, "push_failure_time_seconds"),
            spool=_first(fields, "typedprom_spool_info").get("spool", ""),
            fields=fields,
        )

    def samples(self) -> Samples:
        """Its samples. Raises SourceError."""
        try:
            return of_gateway(self.fields)
        except _INVALID as error:
            raise SourceError("holds samples that cannot be read") from error


def groups_of(gateway: JSONSource) -> list[GatewayGroup]:
    """The groups that the gateway holds, except those of others that are odd. SourceError."""
    try:
        values = parsed.items(gateway.data("/api/v1/metrics"))
    except ValueError as error:
        raise SourceError("answers with something that is not a list of groups") from error
    groups: list[GatewayGroup] = []
    for value in values:
        with suppress(*_INVALID):
            groups.append(GatewayGroup.read(value))
    return groups


def _time(group: parsed.Fields, name: str) -> float:
    metrics = parsed.items(parsed.mapping(group.get(name, {})).get("metrics", []))
    return float(parsed.text(parsed.mapping(metrics[0]), "value")) if metrics else 0.0


def _first(group: parsed.Fields, name: str) -> Mapping[str, str]:
    metrics = parsed.items(parsed.mapping(group.get(name, {})).get("metrics", []))
    return dict(parsed.labels(parsed.mapping(metrics[0]).get("labels"))) if metrics else {}

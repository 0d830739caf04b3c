"""Heads of HTTP messages: reading a request's, writing a response's."""

from __future__ import annotations

import re
from email.utils import formatdate
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from typedprom.exposition.responses import Request, Response

LIMIT: Final = 16 * 1024  # bytes of a request's head; a scraper needs a few hundred
_WANTED: Final = ("accept", "accept-encoding", "authorization")
_REQUEST_LINE: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP/(\d)\.\d")
_FIELD: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)")


class HeadError(Exception):
    """A head that cannot be answered otherwise than with `status`."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


def read(received: bytes) -> tuple[str, Request] | None:
    """Path and request; None while the head is not complete, HeadError if it is no good.

    It is called again with every chunk that comes, so that it has to be quick to see the end.
    """
    head = received.lstrip(b"\r\n")
    end = _end(head)
    if (len(received) if end is None else end) > LIMIT:
        raise HeadError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    if end is None:
        return None
    first, *lines = head[:end].decode("latin-1").replace("\r\n", "\n").split("\n")
    line = _REQUEST_LINE.fullmatch(first)
    if line is None:
        raise HeadError(HTTPStatus.BAD_REQUEST)
    if line[3] != "1":
        raise HeadError(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
    fields = _fields(lines)
    path, query = _target(line[2])
    wanted = (",".join(fields.get(name, ())) for name in _WANTED)
    return path, Request(line[1], query, *wanted)


def write(response: Response) -> bytes:
    """The head of the last response of a connection."""
    fields = (*response.headers, ("Date", formatdate(usegmt=True)), ("Connection", "close"))
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    status = response.status
    return f"HTTP/1.1 {status.value} {status.phrase}\r\n{lines}\r\n".encode("latin-1")


def _end(head: bytes) -> int | None:
    """Where the empty line begins with the end of the line before it."""
    ends = [end for end in (head.find(b"\n\n"), head.find(b"\n\r\n")) if end >= 0]
    if not ends:
        return None
    end = min(ends)
    return end - 1 if head[end - 1 : end] == b"\r" else end


def _fields(lines: list[str]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for line in lines:
        field = _FIELD.fullmatch(line)
        if field is None:
            raise HeadError(HTTPStatus.BAD_REQUEST)
        fields.setdefault(field[1].lower(), []).append(field[2].strip(" \t"))
    return fields


def _target(target: str) -> tuple[str, str]:
    try:
        parts = urlsplit(target)
    except ValueError:
        raise HeadError(HTTPStatus.BAD_REQUEST) from None
    return parts.path, parts.query

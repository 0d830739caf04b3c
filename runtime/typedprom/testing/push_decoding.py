"""What a push holds: the samples of its body, in protobuf or text, and its group."""

from __future__ import annotations

import struct
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from typedprom.core.sample_lines import Sample, samples_of


def samples_in(content_type: str, body: bytes) -> list[Sample]:
    """The samples of a body. Raises ValueError."""
    if "application/vnd.google.protobuf" in content_type:
        return [*_protobuf(body)]
    return [*samples_of(body.decode())]


def group_in(path: str) -> dict[str, str] | None:
    """The labels of the group that `/metrics/job/…` names; None if it names none."""
    segments = path.partition("?")[0].split("/")
    names, values = segments[2::2], segments[3::2]
    if segments[:2] != ["", "metrics"] or len(names) != len(values):
        return None
    labels: dict[str, str] = {}
    for name, value in zip(names, values, strict=True):
        plain = name.removesuffix("@base64")
        labels[plain] = unquote(value) if plain == name else _from_base64(value)
    return labels if names[:1] in (["job"], ["job@base64"]) and labels.get("job") else None


def _from_base64(text: str) -> str:
    text = text.rstrip("=")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def _protobuf(body: bytes) -> Iterator[Sample]:
    """The samples of delimited `io.prometheus.client.MetricFamily`."""
    at = 0
    while at < len(body):
        size, at = _varint(body, at)
        family = _fields(_slice(body, at, size))
        at += size
        name = _text(family, 1)
        for metric in _messages(family, 4):
            fields = _fields(metric)
            pairs = map(_fields, _messages(fields, 1))
            labels = {_text(pair, 1): _text(pair, 2) for pair in pairs}
            for number in (2, 3, 5):  # gauge, counter, untyped
                for value in _messages(fields, number):
                    yield Sample(name, labels, _double(_fields(value), 1))
            for summary in _messages(fields, 4):
                yield from _summary(name, labels, _fields(summary))
            for histogram in _messages(fields, 7):
                yield from _histogram(name, labels, _fields(histogram))


def _summary(name: str, labels: dict[str, str], fields: list[Field]) -> Iterator[Sample]:
    for quantile in map(_fields, _messages(fields, 3)):
        of = {"quantile": repr(_double(quantile, 1))}
        yield Sample(name, labels | of, _double(quantile, 2))
    yield Sample(f"{name}_count", labels, _whole(fields, 1))
    yield Sample(f"{name}_sum", labels, _double(fields, 2))


def _histogram(name: str, labels: dict[str, str], fields: list[Field]) -> Iterator[Sample]:
    for bucket in map(_fields, _messages(fields, 3)):
        bound = {"le": repr(_double(bucket, 2))}
        yield Sample(f"{name}_bucket", labels | bound, _whole(bucket, 1))
    count = _whole(fields, 1)
    yield Sample(f"{name}_bucket", labels | {"le": "+Inf"}, count)
    yield Sample(f"{name}_count", labels, count)
    yield Sample(f"{name}_sum", labels, _double(fields, 2))


class Field(NamedTuple):
    """A field of a message: its number, and its content."""

    number: int
    content: int | bytes


def _fields(message: bytes) -> list[Field]:
    found: list[Field] = []
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == 0:
            whole, at = _varint(message, at)
            found.append(Field(number, whole))
            continue
        if wire_type == 2:
            size, at = _varint(message, at)
        elif wire_type in (1, 5):
            size = 8 if wire_type == 1 else 4
        else:
            raise ValueError("the body is not protobuf")
        found.append(Field(number, _slice(message, at, size)))
        at += size
    return found


def _slice(data: bytes, at: int, size: int) -> bytes:
    if at + size > len(data):
        raise ValueError("the body ends in the middle of a message")
    return data[at : at + size]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A whole number, and where it ends."""
    number, shift = 0, 0
    while True:
        byte = _slice(data, at, 1)[0]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def _contents(fields: Iterable[Field], number: int) -> Iterator[int | bytes]:
    return (field.content for field in fields if field.number == number)


def _messages(fields: Iterable[Field], number: int) -> Iterator[bytes]:
    return (one for one in _contents(fields, number) if isinstance(one, bytes))


def _text(fields: Iterable[Field], number: int) -> str:
    return next(_messages(fields, number), b"").decode()


def _double(fields: Iterable[Field], number: int) -> float:
    content = next(_messages(fields, number), bytes(8))
    (value,) = struct.unpack("<d", _slice(content, 0, 8))
    return float(value)


def _whole(fields: Iterable[Field], number: int) -> float:
    return float(next((one for one in _contents(fields, number) if isinstance(one, int)), 0))

"""The formats of an exposition, and which one a scrape asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Syntax: TypeAlias = Literal["text", "openmetrics", "protobuf"]
Escaping: TypeAlias = Literal["underscores", "allow-utf-8", "dots", "values"]

_ESCAPINGS: Final[dict[str, Escaping]] = {
    "underscores": "underscores",
    "allow-utf-8": "allow-utf-8",
    "dots": "dots",
    "values": "values",
}
_VERSION: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,3}")
_QUALITY: Final = re.compile(r"[01](\.[0-9]{0,3})?")


@dataclass(frozen=True, slots=True)
class Format:
    """A syntax, its version, how it writes names that are not legacy names, its content type."""

    syntax: Syntax
    version: str
    content_type: str
    escaping: Escaping = "underscores"

    @property
    def end(self) -> bytes:
        """What stands at the end of an exposition."""
        return b"# EOF\n" if self.syntax == "openmetrics" else b""


TEXT: Final = Format("text", "0.0.4", "text/plain; version=0.0.4; charset=utf-8")
OPENMETRICS: Final = Format(
    "openmetrics", "1.0.0", "application/openmetrics-text; version=1.0.0; charset=utf-8"
)
# Not for a registry: prometheus_client does not write it.
PROTOBUF: Final = Format(
    "protobuf",
    "",
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
)


@dataclass(frozen=True, slots=True)
class _Offer:
    """One entry of an Accept or Accept-Encoding header."""

    name: str
    parameters: dict[str, str]
    quality: float


def choose_format(accept: str) -> Format:
    """The format for an Accept header, as prometheus_client chooses it; text 0.0.4 by default.

    Of several formats that we have, the one with the greatest q is chosen; of equals the first,
    text 0.0.4 last.
    """
    return _best(accept, _format)


def choose_among(accept: str, formats: Sequence[Format]) -> Format:
    """Which of the formats that a source can write an Accept header prefers, else text 0.0.4."""
    by_syntax = {format.syntax: format for format in formats}

    def find(offer: _Offer) -> Format | None:
        format = PROTOBUF if _is_protobuf(offer) else _format(offer)
        return None if format is None else by_syntax.get(format.syntax)

    return _best(accept, find)


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether gzip is asked for by name."""
    return any(offer.name == "gzip" and offer.quality > 0 for offer in _offers(accept_encoding))


def _best(accept: str, find: Callable[[_Offer], Format | None]) -> Format:
    candidates = [
        (-offer.quality, format is TEXT, format)
        for offer in _offers(accept)
        if offer.quality > 0 and (format := find(offer)) is not None
    ]
    return min(candidates, key=lambda one: one[:2], default=(0, True, TEXT))[2]


def _offers(header: str) -> Iterator[_Offer]:
    for entry in header.split(","):
        name, *rest = entry.split(";")
        parameters: dict[str, str] = {}
        for parameter in rest:
            key, equals, value = parameter.strip().partition("=")
            if equals:
                parameters.setdefault(key, value)
        text = parameters.get("q", "")
        quality = min(float(text), 1.0) if _QUALITY.fullmatch(text.strip()) else 1.0
        yield _Offer(name.strip().lower(), parameters, quality)


def _format(offer: _Offer) -> Format | None:
    """The format that an offer of text or OpenMetrics names, if we have it."""
    version = offer.parameters.get("version", "")
    if offer.name == "application/openmetrics-text":
        if not version:
            return OPENMETRICS
        if _is_modern(version):
            return _escaped("openmetrics", version, offer)
    elif offer.name == "text/plain" and _is_modern(version):
        return _escaped("text", "1.0.0", offer)
    elif offer.name == "text/plain":
        return TEXT
    return None


def _is_protobuf(offer: _Offer) -> bool:
    return (
        offer.name == "application/vnd.google.protobuf"
        and offer.parameters.get("proto") == "io.prometheus.client.MetricFamily"
        and offer.parameters.get("encoding") == "delimited"
    )


def _is_modern(version: str) -> bool:
    return bool(_VERSION.fullmatch(version)) and (*map(int, version.split(".")),) >= (1, 0, 0)


def _escaped(syntax: Syntax, version: str, offer: _Offer) -> Format:
    escaping = _ESCAPINGS.get(offer.parameters.get("escaping", ""), "underscores")
    media_type = "text/plain" if syntax == "text" else "application/openmetrics-text"
    content_type = f"{media_type}; version={version}; charset=utf-8; escaping={escaping}"
    return Format(syntax, version, content_type, escaping)

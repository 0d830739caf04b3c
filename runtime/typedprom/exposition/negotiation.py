"""The formats of an exposition, and which one a scrape asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
_QUALITY: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{0,30})?|\.[0-9]{1,30}")


@dataclass(frozen=True, slots=True)
class Format:
    """A syntax, its content type, and how it writes names that are not legacy names."""

    syntax: Syntax
    content_type: str
    escaping: Escaping = "underscores"

    def for_plain_names(self) -> Format:
        """The same, but for an escaping that changes names which need none."""
        if self.escaping not in ("dots", "values"):
            return self
        return Format(self.syntax, self.content_type.replace(self.escaping, "underscores"))

    @property
    def end(self) -> bytes:
        """What stands at the end of an exposition."""
        return b"# EOF\n" if self.syntax == "openmetrics" else b""


TEXT: Final = Format("text", "text/plain; version=0.0.4; charset=utf-8")
OPENMETRICS: Final = Format(
    "openmetrics", "application/openmetrics-text; version=1.0.0; charset=utf-8"
)
PROTOBUF: Final = Format(
    "protobuf",
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
)

# What we answer to a wildcard, the first that the header does not name itself.
_WILDCARDS: Final[dict[str, tuple[Format, ...]]] = {
    "*/*": (TEXT, OPENMETRICS, PROTOBUF),
    "text/*": (TEXT,),
    "application/*": (OPENMETRICS, PROTOBUF),
}


@dataclass(frozen=True, slots=True)
class _Offer:
    """One entry of an Accept or Accept-Encoding header."""

    name: str
    parameters: dict[str, str]
    quality: float


def choose_format(accept: str) -> Format:
    """The format for an Accept header; text 0.0.4 where it accepts none of ours.

    The format with the greatest q is chosen. Of equals, one that is named comes before one that
    only a wildcard accepts, then the first, text 0.0.4 last: as prometheus_client chooses. What
    has q=0 is not acceptable. Of OpenMetrics we write 1.0, also where a later version is asked for.
    """
    offers = [*_offers(accept)]
    named = [(offer.quality, format) for offer in offers if (format := _format(offer)) is not None]
    syntaxes = {format.syntax for _, format in named}
    candidates = [(-quality, format is TEXT, format) for quality, format in named]
    for offer in offers:
        others = [one for one in _WILDCARDS.get(offer.name, ()) if one.syntax not in syntaxes]
        candidates += [(-offer.quality, True, other) for other in others[:1]]
    acceptable = [one for one in candidates if one[0] < 0]
    return min(acceptable, key=lambda one: one[:2], default=(0, True, TEXT))[2]


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether gzip is asked for by name, and no encoding at all is not preferred."""
    qualities = {offer.name: offer.quality for offer in _offers(accept_encoding)}
    return qualities.get("gzip", 0.0) > 0 and qualities["gzip"] >= qualities.get("identity", 0.0)


def _offers(header: str) -> Iterator[_Offer]:
    for entry in header.split(","):
        name, *rest = entry.split(";")
        parameters: dict[str, str] = {}
        for parameter in rest:
            key, equals, value = parameter.strip().partition("=")
            if equals:
                parameters.setdefault(key.strip().lower(), value.strip().strip('"'))
        text = parameters.get("q", "")
        quality = min(float(text), 1.0) if _QUALITY.fullmatch(text) else 1.0
        yield _Offer(name.strip().lower(), parameters, quality)


def _format(offer: _Offer) -> Format | None:
    """The format that an offer names, if we have it."""
    version = offer.parameters.get("version", "")
    if offer.name == "application/openmetrics-text":
        if not version:
            return OPENMETRICS
        if _is_modern(version):
            return _escaped(OPENMETRICS, OPENMETRICS.content_type, offer)
    elif offer.name == "text/plain" and _is_modern(version):
        return _escaped(TEXT, "text/plain; version=1.0.0; charset=utf-8", offer)
    elif offer.name == "text/plain":
        return TEXT
    elif _is_protobuf(offer):
        if "escaping" in offer.parameters:
            return _escaped(PROTOBUF, PROTOBUF.content_type, offer)
        return PROTOBUF
    return None


def _is_protobuf(offer: _Offer) -> bool:
    return (
        offer.name == "application/vnd.google.protobuf"
        and offer.parameters.get("proto") == "io.prometheus.client.MetricFamily"
        and offer.parameters.get("encoding") == "delimited"
    )


def _is_modern(version: str) -> bool:
    return bool(_VERSION.fullmatch(version)) and (*map(int, version.split(".")),) >= (1, 0, 0)


def _escaped(format: Format, content_type: str, offer: _Offer) -> Format:
    escaping = _ESCAPINGS.get(offer.parameters.get("escaping", ""), "underscores")
    return Format(format.syntax, f"{content_type}; escaping={escaping}", escaping)

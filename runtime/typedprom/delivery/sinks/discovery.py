"""Which sinks there are: what the settings of a spool name, imported only then."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

from typedprom.core.misuse import log_once
from typedprom.delivery.credentials import CredentialsError, from_environment
from typedprom.delivery.deliverer import Deliverer
from typedprom.delivery.group_url import without_secrets
from typedprom.delivery.sinks.quarantine import Quarantine
from typedprom.spool.store import SpoolStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from typedprom.delivery.deliverer import Sink
    from typedprom.delivery.settings import Settings
    from typedprom.spool.directory import SpoolDirectory

_LONGEST_SHOWN: Final = 200  # characters of a URL


class SinkError(ValueError):
    """A sink cannot be as it is asked for; the message says why, without credentials."""


def strict_deliverer(directory: SpoolDirectory, settings: Settings) -> Deliverer:
    """What delivers the directory as the settings say. Raises SinkError."""
    return Deliverer(SpoolStore(directory), [*map(_made, _makers(directory, settings))])


def deliverer(directory: SpoolDirectory, settings: Settings) -> Deliverer:
    """What delivers the directory as the settings say; a sink that cannot be is logged once."""
    sinks: list[Sink] = []
    for maker in _makers(directory, settings):
        try:
            sinks.append(_made(maker))
        except SinkError as error:
            log_once(("sink", str(error)), partial(str, error))
    return Deliverer(SpoolStore(directory), sinks)


class _Maker(NamedTuple):
    """What makes a sink, and what to call that before it is there."""

    called: str
    make: Callable[[], Sink]


def _made(maker: _Maker) -> Sink:
    try:
        return maker.make()
    except (ValueError, CredentialsError) as error:
        raise SinkError(f"{maker.called} is not used: {error}") from error


def _called(url: str) -> str:
    """The Pushgateway by the variable that names it, if one does, without what may be secret."""
    names = sorted(
        (name for name, value in os.environ.items() if value == url),
        key=lambda name: (not name.endswith("PUSHGATEWAY_URL"), name),
    )
    if not names:
        return "the Pushgateway's URL"
    return f"the Pushgateway of {names[0]}, {without_secrets(url)[:_LONGEST_SHOWN]!r},"


def _makers(directory: SpoolDirectory, settings: Settings) -> Iterator[_Maker]:
    for url in settings.gateways:
        yield _Maker(_called(url), partial(_pushgateway, url, directory, settings))
    if settings.textfile is not None:
        yield _Maker("the textfile", partial(_textfile, settings.textfile))
    if settings.otlp_endpoint is not None:
        endpoint = settings.otlp_endpoint
        yield _Maker("the OTLP endpoint", partial(_otlp, endpoint, settings))


def _pushgateway(url: str, directory: SpoolDirectory, settings: Settings) -> Sink:
    from typedprom.delivery.sinks.pushgateway import Pushgateway

    where = repr((url, dict(settings.grouping)))  # another gateway may take what this one refuses
    refusals = Quarantine(directory.refused, f"{crc32(where.encode()):08x}")
    return Pushgateway(url, settings.grouping, from_environment(os.environ), refusals)


def _textfile(path: Path) -> Sink:
    from typedprom.delivery.sinks.textfile import Textfile

    return Textfile(path)


def _otlp(endpoint: str, settings: Settings) -> Sink:
    from typedprom.delivery.sinks.otlp import OTLP

    return OTLP(endpoint, settings.grouping)

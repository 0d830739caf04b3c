"""The renderer: an exposition of a registry, quick for our instruments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from typedprom.exposition import foreign
from typedprom.exposition.formats import TEXT, Escaping, Format, Syntax
from typedprom.exposition.writer import Writer, is_quick, when_created
from typedprom.metrics.instrument import Instrument

if TYPE_CHECKING:
    from typedprom.metrics.catalog import AnyInstrument

_Writers: TypeAlias = "dict[AnyInstrument, Writer]"

# Under these the names that we can write quickly are written as they are.
_PLAIN: Final[tuple[Escaping, ...]] = ("underscores", "allow-utf-8")


class Renderer:
    """Renders registries to the bytes prometheus_client would.

    It keeps the last lines of every series and writes again only what has changed. Series that
    are gone and metrics no longer in the registry leave it with the next scrape. Any number of
    threads may use it at once.
    """

    def __init__(self) -> None:
        self._writers: dict[Syntax, _Writers] = {}

    def render(self, registry: foreign.Collector, format: Format = TEXT) -> bytes:
        """The exposition of everything in the registry."""
        end = foreign.end(format.syntax)
        if format.escaping not in _PLAIN:
            return foreign.rendered(registry, format) + end
        last = self._writers.get(format.syntax, {})
        writers: _Writers = {}
        parts: list[bytes] = []
        others: list[foreign.Collector] = []  # in a row, to be rendered together
        for collector in foreign.collectors(registry):
            metric = _ours(collector)
            if metric is None:
                others.append(collector)
                continue
            parts += _rendered(others, format)
            others = []
            writers[metric] = writer = _writer(metric, format, last.get(metric))
            parts.append(writer.write())
        parts += _rendered(others, format)
        self._writers[format.syntax] = writers
        return b"".join((*parts, end))


def _ours(collector: foreign.Collector) -> AnyInstrument | None:
    """The collector, if it is an instrument that we can render quickly."""
    if not isinstance(collector, Instrument):
        return None
    metric = cast("AnyInstrument", collector)
    inherited = cast("type[AnyInstrument]", Instrument).collect
    return metric if type(metric).collect is inherited and is_quick(metric) else None


def _writer(metric: AnyInstrument, format: Format, last: Writer | None) -> Writer:
    began = when_created if foreign.with_created() else None
    return last if last is not None and last.serves(began) else Writer(metric, format, began)


def _rendered(others: Sequence[foreign.Collector], format: Format) -> list[bytes]:
    return [foreign.rendered(foreign.Joined(others), format)] if others else []

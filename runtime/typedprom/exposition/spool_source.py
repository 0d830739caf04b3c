"""The source of the metrics of one spool directory."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from threading import RLock
from typing import TYPE_CHECKING

from typedprom.core.misuse import log_once
from typedprom.exposition.family_renderer import sample_names
from typedprom.exposition.family_text import TextRenderer
from typedprom.exposition.negotiation import Format, choose_format
from typedprom.exposition.protobuf import ProtobufRenderer
from typedprom.exposition.sources import UnreadableError
from typedprom.spool.format import FormatError

if TYPE_CHECKING:
    from typedprom.exposition.text_shapes import Created
    from typedprom.metrics.cell import AnyInstrument
    from typedprom.metrics.definition import Family
    from typedprom.spool.store import SpoolStore
    from typedprom.spool.writer import Spool


class SpoolSource:
    """The metrics of one spool directory.

    `refresh` stores what the process itself has not stored yet.
    """

    def __init__(self, store: SpoolStore, refresh: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._refresh = refresh
        self._renderers: dict[tuple[str, str], TextRenderer | ProtobufRenderer] = {}
        self._lock = RLock()  # of the store and the renderers, which remember what they last read

    def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
        """Content type and body for an Accept header."""
        format = choose_format(accept).for_plain_names()
        parts = self.parts(format, frozenset(names))
        return format.content_type, b"".join((*parts.values(), format.end))

    def parts(
        self, format: Format, names: frozenset[str], created: Created = "shown"
    ) -> dict[str, bytes]:
        """The families by name, without the mark of the end; with `names`, those with such samples.

        All are rendered: the renderer would take what is left out for gone, and forget its lines.
        """
        self._refresh()
        with self._lock:
            families = self._collected()
            parts = self._renderer(format, created).parts(families)
        if not names:
            return parts
        definitions = [family.definition for family in families]
        named = {one.name for one in definitions if not names.isdisjoint(sample_names(one))}
        return {name: part for name, part in parts.items() if name in named}

    def _collected(self) -> list[Family]:
        try:
            return self._store.collect_declared()
        except (OSError, FormatError) as error:
            raise UnreadableError(f"the spool cannot be read: {error}") from error

    def _renderer(self, format: Format, created: Created) -> TextRenderer | ProtobufRenderer:
        key, syntax = (format.syntax, created), format.syntax
        if key not in self._renderers:
            made = ProtobufRenderer() if syntax == "protobuf" else TextRenderer(syntax, created)
            self._renderers[key] = made
        return self._renderers[key]


def is_in_memory(metric: AnyInstrument, known: Container[str]) -> bool:
    """Whether the metric is to be exposed from memory; `known` are the names that its spool has.

    That holds for a spool that this process cannot write to. A metric that nobody has recorded into
    yet need not be in the spool: it is in memory as it would be there.
    """
    if metric.spool is None:
        return True
    if metric.name in known:
        return False
    return not metric.spool.holds(metric) or all(cell.is_unused() for cell in metric.cells())


def warn_of_pushes(spool: Spool) -> None:
    """Log once that a spool which this process writes to is exposed here and also pushed."""
    if spool.pushed_by and spool.run is not None:
        path, variables = spool.directory.path, " and ".join(spool.pushed_by)
        log_once(
            ("exposed and pushed", str(path)),
            lambda: (
                f"the metrics in {path} are exposed by this process, and pushed because of "
                f"{variables}: a Prometheus that gets both counts twice; unset {variables}, or do "
                "not scrape this process"
            ),
        )

"""The source of the metrics of one spool directory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from typedprom.exposition.family_renderer import sample_names
from typedprom.exposition.family_text import TextRenderer
from typedprom.exposition.negotiation import Format, choose_format
from typedprom.exposition.protobuf import ProtobufRenderer
from typedprom.exposition.sources import UnreadableError
from typedprom.spool.format import FormatError

if TYPE_CHECKING:
    from typedprom.metrics.definition import Family
    from typedprom.spool.store import SpoolStore


class SpoolSource:
    """The metrics of one spool directory.

    `refresh` stores what the process itself has not stored yet.
    """

    def __init__(self, store: SpoolStore, refresh: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._refresh = refresh
        self._renderers: dict[str, TextRenderer | ProtobufRenderer] = {}
        self._lock = Lock()  # of the store and the renderers, which remember what they last read

    def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
        """Content type and body for an Accept header."""
        format = choose_format(accept).for_plain_names()
        parts = self.parts(format, frozenset(names))
        return format.content_type, b"".join((*parts.values(), format.end))

    def parts(self, format: Format, names: frozenset[str]) -> dict[str, bytes]:
        """The families by name, without the mark of the end; with `names`, those with such samples.

        All are rendered: the renderer would take what is left out for gone, and forget its lines.
        """
        self._refresh()
        with self._lock:
            families = self._collected()
            parts = self._renderer(format).parts(families)
        if not names:
            return parts
        definitions = [family.definition for family in families]
        named = {one.name for one in definitions if not names.isdisjoint(sample_names(one))}
        return {name: part for name, part in parts.items() if name in named}

    def _collected(self) -> list[Family]:
        try:
            return self._store.collect()
        except (OSError, FormatError) as error:
            raise UnreadableError from error

    def _renderer(self, format: Format) -> TextRenderer | ProtobufRenderer:
        syntax = format.syntax
        if syntax not in self._renderers:
            made = ProtobufRenderer() if syntax == "protobuf" else TextRenderer(syntax)
            self._renderers[syntax] = made
        return self._renderers[syntax]

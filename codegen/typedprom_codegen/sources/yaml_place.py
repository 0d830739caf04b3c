"""Where a scalar of the catalog stands, so that its parts can be found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.load.yaml_nodes import Path, ScalarNode, SourceFile
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.sources.lines import Lines
from typedprom_codegen.sources.yaml_positions import characters, part_of


@dataclass(frozen=True, slots=True)
class YamlPlace:
    """The place of a scalar. Nothing is computed before a position is asked for."""

    source: SourceFile
    path: Path

    def span(self, extent: Extent) -> Span:
        """The span of a part of the scalar; of an alias, where it is used."""
        node = self.source.find(*self.path)
        whole = self.source.span(node.position)
        if not isinstance(node, ScalarNode):
            return whole
        text, lines = self.source.text, _lines_of(self.source.text)
        line, column, *_ = node.position
        found = characters(text, lines.offset(line, column), node.text)
        offsets = part_of(found, node.text, extent)
        if offsets is None:
            return whole
        start, end = offsets
        return lines.span(self.source.path, start, max(end, start + 1))


_lines_of: Final = lru_cache(maxsize=4)(Lines)  # several findings are often in one file

"""Brackets after an expression, while they are being read: of a range or of a subquery."""

from __future__ import annotations

from typedprom_codegen.promql.durations import check_duration, check_positive
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.nodes.expression import Expression, Kind
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.nodes.subquery import Subquery
from typedprom_codegen.promql.nodes.variable import Variable
from typedprom_codegen.promql.reader import Reader, fail, require


class OpenWindow:
    """Brackets that are not closed yet."""

    __slots__ = ("base", "duration", "expression", "mark", "start")

    is_single = False

    def __init__(self, reader: Reader) -> None:
        self.base = len(reader.pending)
        self.mark = len(reader.nodes)
        self.start = reader.starts[reader.at]
        self.expression = reader.operands.pop()
        self.duration: Expression | None = None

    def go_on(self, reader: Reader) -> bool:
        """Take the colon between range and step, or the closing bracket."""
        kind = reader.kinds[reader.at]
        is_step = self.duration is not None
        if kind != "]" and (kind != ":" or is_step):
            reader.unexpected("`]`" if is_step else "`]`, or `:` and the step of a subquery")
        duration = self._duration(reader)
        reader.at += 1
        if self.duration is not None:
            self._close_subquery(reader, self.duration, duration)
        elif kind == "]":
            self._close_range(reader, duration)
        elif reader.kinds[reader.at] == "]":
            reader.at += 1
            self._close_subquery(reader, duration, None)
        else:
            self.duration = duration
            return False
        return True

    def _duration(self, reader: Reader) -> Expression:
        reader.reduce_to(self.base)
        value = check_duration(reader.nodes[self.mark :])
        del reader.nodes[self.mark :]
        duration = reader.operands.pop()
        check_positive(duration, value)
        return duration

    def _close_range(self, reader: Reader, duration: Expression) -> None:
        reader.frames.pop()
        inner = self.expression
        brackets = Extent(self.start, reader.end())
        if not isinstance(inner, Selector | Variable):
            fail("only a selector has a range: a subquery is written `[5m:]`", brackets)
        if isinstance(inner, Selector) and (inner.offset is not None or inner.at is not None):
            fail("the range comes before `offset` and `@`", brackets)
        extension = inner.extension if isinstance(inner, Selector) else ""
        reader.push(
            Range(
                *(inner.start, reader.end(), Kind.RANGE, None, None, extension),
                *(inner, duration),
            )
        )

    def _close_subquery(
        self, reader: Reader, duration: Expression, step: Expression | None
    ) -> None:
        reader.frames.pop()
        inner = self.expression
        require(inner, Kind.INSTANT, "the expression of a subquery")
        reader.push(
            Subquery(
                *(inner.start, reader.end(), Kind.RANGE, None, None, ""),
                *(inner, duration, step),
            )
        )


def open_window(reader: Reader) -> bool:
    """Read an opening bracket."""
    reader.frames.append(OpenWindow(reader))
    reader.at += 1
    return False

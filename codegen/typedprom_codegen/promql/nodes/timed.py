"""When the samples of a selector or subquery are from: `offset`, `@`, `anchored`, `smoothed`."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.promql.nodes.expression import Expression


@dataclass(slots=True, eq=False)
class Timed(Expression):
    """A selector, range or subquery: all that can be moved in time."""

    offset: Expression | None  # a duration, also one with a sign
    at: Expression | None  # a timestamp, or a call of `start` or `end`
    extension: str  # "anchored" or "smoothed"; "" for neither

"""Parts of PromQL's syntax that not every Prometheus reads, and what each needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from typedprom_codegen.promql.needs import Needs


@dataclass(frozen=True, slots=True)
class Feature:
    """A part of the syntax. Its name is the subject of a sentence in the singular."""

    name: str
    needs: Needs


SUBQUERY: Final = Feature("a subquery", Needs((2, 7)))
COMPOSITE_DURATION: Final = Feature("a duration of several units such as `1h30m`", Needs((2, 21)))
AT: Final = Feature("`@`", Needs((2, 25), ("promql-at-modifier",), stable=(2, 33)))
NEGATIVE_OFFSET: Final = Feature(
    "a negative offset", Needs((2, 26), ("promql-negative-offset",), stable=(2, 33))
)
ATAN2: Final = Feature("`atan2`", Needs((2, 31)))
NUMBER_AS_DURATION: Final = Feature("a number in the place of a duration", Needs((2, 54)))
DURATION_AS_NUMBER: Final = Feature("a duration in the place of a number", Needs((2, 54)))
UNDERSCORE: Final = Feature("a number with `_` between its digits", Needs((2, 54)))
QUOTED_NAME: Final = Feature("a name in quotes", Needs((2, 55), ("utf8-names",), stable=(3, 0)))

_DURATIONS: Final = ("promql-duration-expr",)
DURATION_ARITHMETIC: Final = Feature(
    "arithmetic in a duration", Needs((3, 4), _DURATIONS, stable=(3, 14))
)
DURATION_STEP: Final = Feature("`step()` in a duration", Needs((3, 6), _DURATIONS, stable=(3, 14)))
DURATION_RANGE: Final = Feature(
    "`range()` in a duration", Needs((3, 10), _DURATIONS, stable=(3, 14))
)
DURATION_MIN_OF: Final = Feature(
    "`min_of` or `max_of` in a duration", Needs((3, 13), _DURATIONS, stable=(3, 14))
)
EXTENSION: Final = Feature(
    "`anchored` or `smoothed`", Needs((3, 7), ("promql-extended-range-selectors",))
)
FILL: Final = Feature(
    "`fill`, `fill_left` or `fill_right`", Needs((3, 10), ("promql-binop-fill-modifiers",))
)
TRIM: Final = Feature("`</` or `>/`", Needs((3, 11)))

"""All functions of PromQL: their arguments, what they return, and what each needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from typedprom_codegen.promql.needs import (
    ANY_PROMETHEUS,
    EXPERIMENTAL_FUNCTIONS,
    Needs,
    experimental,
)
from typedprom_codegen.promql.nodes.expression import Kind

_SCALAR: Final = Kind.SCALAR
_INSTANT: Final = Kind.INSTANT
_RANGE: Final = Kind.RANGE
_STRING: Final = Kind.STRING


@dataclass(frozen=True, slots=True)
class Function:
    """A function. Of `arguments`, the last `optional` ones can be left out."""

    name: str
    arguments: tuple[Kind, ...]
    optional: int
    is_variadic: bool  # whether the last argument can come any number of times
    returns: Kind
    needs: Needs

    @property
    def least(self) -> int:
        """The least number of arguments."""
        return len(self.arguments) - self.optional

    @property
    def most(self) -> int | None:
        """The greatest number of arguments; None: any."""
        return None if self.is_variadic else len(self.arguments)

    def argument(self, index: int) -> Kind:
        """The kind of an argument, also of one that repeats the last."""
        return self.arguments[min(index, len(self.arguments) - 1)]


def _functions(
    names: str,
    *arguments: Kind,
    optional: int = 0,
    is_variadic: bool = False,
    returns: Kind = _INSTANT,
    needs: Needs = ANY_PROMETHEUS,
) -> Iterator[Function]:
    """Functions with the same arguments."""
    for name in names.split():
        yield Function(name, arguments, optional, is_variadic, returns, needs)


_ALL: Final = (
    # Of the values of series
    *_functions("abs absent ceil exp floor ln log10 log2 sort sort_desc sqrt timestamp", _INSTANT),
    *_functions("sgn", _INSTANT, needs=Needs((2, 26))),
    *_functions("acos acosh asin asinh atan atanh cos cosh", _INSTANT, needs=Needs((2, 31))),
    *_functions("deg rad sin sinh tan tanh", _INSTANT, needs=Needs((2, 31))),
    *_functions("clamp_max clamp_min", _INSTANT, _SCALAR),
    *_functions("clamp", _INSTANT, _SCALAR, _SCALAR, needs=Needs((2, 26))),
    *_functions("round", _INSTANT, _SCALAR, optional=1),
    *_functions(
        "start_timestamp",
        _INSTANT,
        needs=Needs((3, 14), (EXPERIMENTAL_FUNCTIONS, "use-start-timestamps")),
    ),
    # Of dates
    *_functions("day_of_month day_of_week days_in_month hour", _INSTANT, optional=1),
    *_functions("minute month year", _INSTANT, optional=1),
    *_functions("day_of_year", _INSTANT, optional=1, needs=Needs((2, 36))),
    # Of ranges
    *_functions("changes delta deriv idelta increase irate rate resets", _RANGE),
    *_functions("avg_over_time count_over_time max_over_time min_over_time", _RANGE),
    *_functions("stddev_over_time stdvar_over_time sum_over_time", _RANGE),
    *_functions("predict_linear", _RANGE, _SCALAR),
    *_functions("quantile_over_time", _SCALAR, _RANGE),
    *_functions("holt_winters", _RANGE, _SCALAR, _SCALAR, needs=Needs(until=(3, 0))),
    *_functions("double_exponential_smoothing", _RANGE, _SCALAR, _SCALAR, needs=experimental(3, 0)),
    *_functions("absent_over_time", _RANGE, needs=Needs((2, 16))),
    *_functions("last_over_time", _RANGE, needs=Needs((2, 26))),
    *_functions("present_over_time", _RANGE, needs=Needs((2, 29))),
    *_functions("mad_over_time", _RANGE, needs=experimental(2, 49)),
    *_functions("ts_of_last_over_time ts_of_max_over_time", _RANGE, needs=experimental(3, 5)),
    *_functions("ts_of_min_over_time", _RANGE, needs=experimental(3, 5)),
    *_functions("ts_of_first_over_time", _RANGE, needs=experimental(3, 7)),
    *_functions("first_over_time", _RANGE, needs=experimental(3, 7, stable=(3, 14))),
    # Of histograms
    *_functions("histogram_quantile", _SCALAR, _INSTANT),
    *_functions(
        "histogram_quantiles",
        *(_INSTANT, _STRING, *[_SCALAR] * 10),
        optional=9,
        needs=experimental(3, 11),
    ),
    *_functions("histogram_count histogram_sum", _INSTANT, needs=Needs((2, 40))),
    *_functions("histogram_fraction", _SCALAR, _SCALAR, _INSTANT, needs=Needs((2, 40))),
    *_functions("histogram_stddev histogram_stdvar", _INSTANT, needs=Needs((2, 47))),
    *_functions("histogram_avg", _INSTANT, needs=Needs((2, 51))),
    # Of labels
    *_functions("label_replace", _INSTANT, _STRING, _STRING, _STRING, _STRING),
    *_functions("label_join", _INSTANT, _STRING, _STRING, _STRING, optional=1, is_variadic=True),
    *_functions(
        "sort_by_label sort_by_label_desc",
        *(_INSTANT, _STRING),
        optional=1,
        is_variadic=True,
        needs=experimental(2, 49),
    ),
    *_functions("info", _INSTANT, _INSTANT, optional=1, needs=experimental(2, 55)),
    # Between scalars and vectors
    *_functions("vector", _SCALAR),
    *_functions("scalar", _INSTANT, returns=_SCALAR),
    *_functions("time", returns=_SCALAR),
    *_functions("pi", returns=_SCALAR, needs=Needs((2, 31))),
    *_functions("end range start step", returns=_SCALAR, needs=experimental(3, 12)),
    *_functions("max_of min_of", _SCALAR, _SCALAR, returns=_SCALAR, needs=experimental(3, 13)),
)

FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType({f.name: f for f in _ALL})
"""Every function by its name, also those that only older versions have."""

RENAMED: Final[Mapping[str, str]] = MappingProxyType(
    {"holt_winters": "double_exponential_smoothing"}
)
"""The names that removed functions have in later versions."""

"""An aggregation over series: `sum by (source_id) (x)`, `topk(3, x)`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from typedprom_codegen.promql.aggregations import AGGREGATIONS
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.nodes.arguments import OpenArguments
from typedprom_codegen.promql.nodes.expression import Expression, Kind
from typedprom_codegen.promql.nodes.label_list import read_labels
from typedprom_codegen.promql.nodes.selector import LabelName
from typedprom_codegen.promql.reader import Reader, fail, require

GROUPING_KEYWORDS: Final = frozenset({"by", "without"})


class Grouping(NamedTuple):
    """The labels that an aggregation keeps (`by`) or drops (`without`)."""

    keyword: str  # "by" or "without"
    labels: tuple[LabelName, ...]
    extent: Extent


@dataclass(slots=True, eq=False)
class Aggregation(Expression):
    """An aggregation. Without a grouping it makes one series of all."""

    name: str  # in lower case: "sum"
    parameter: Expression | None  # of topk, quantile, count_values, …
    expression: Expression
    grouping: Grouping | None
    name_extent: Extent

    def parts(self) -> tuple[Expression, ...]:
        """The expressions whose values it needs."""
        if self.parameter is None:
            return (self.expression,)
        return (self.parameter, self.expression)


class OpenAggregation(OpenArguments):
    """An aggregation whose arguments are being read."""

    __slots__ = ("first", "grouping")

    def __init__(self, reader: Reader, first: int, grouping: Grouping | None) -> None:
        super().__init__(reader)
        self.first = first  # the token with its name
        self.grouping = grouping

    def complete(self, reader: Reader) -> None:
        """Read a grouping that comes last, check the arguments and make the node."""
        name, extent = reader.texts[self.first].lower(), reader.extent(self.first)
        grouping = self.grouping or _read_grouping(reader)
        whole = Extent(extent.start, reader.end())
        aggregator = AGGREGATIONS[name]
        parameter, expression = None, self.arguments[-1]
        wanted = 1 if aggregator.parameter is None else 2
        if len(self.arguments) != wanted:
            taken = "one argument" if wanted == 1 else "two arguments"
            fail(f"`{name}` takes {taken}, not {len(self.arguments)}", whole)
        if aggregator.parameter is not None:
            parameter = self.arguments[0]
            require(parameter, aggregator.parameter, f"the first argument of `{name}`")
        if expression.kind is not Kind.INSTANT:
            require(expression, Kind.INSTANT, f"what `{name}` aggregates")
        reader.push(
            Aggregation(*whole, Kind.INSTANT, name, parameter, expression, grouping, extent)
        )


def open_aggregation(reader: Reader) -> bool:
    """Read the name of an aggregation, a grouping if it comes first, and the parenthesis."""
    first = reader.at
    reader.at += 1
    grouping = _read_grouping(reader)
    if reader.kinds[reader.at] != "(":
        reader.unexpected("`(`")
    if reader.kinds[reader.at + 1] == ")":
        reader.at += 1
        reader.unexpected("an argument")
    reader.at -= 1
    reader.frames.append(OpenAggregation(reader, first, grouping))
    return False


def _read_grouping(reader: Reader) -> Grouping | None:
    keyword = reader.texts[reader.at].lower()
    if keyword not in GROUPING_KEYWORDS:
        return None
    start = reader.starts[reader.at]
    reader.at += 1
    labels = read_labels(reader)
    return Grouping(keyword, labels, Extent(start, reader.end()))

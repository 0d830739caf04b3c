"""A call of a function: `rate(http_requests_total[5m])`."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen.message_parts import did_you_mean
from typedprom_codegen.promql.aggregations import AGGREGATIONS
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.functions import FUNCTIONS, Function
from typedprom_codegen.promql.nodes.arguments import OpenArguments
from typedprom_codegen.promql.nodes.expression import Expression, Kind
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.reader import Reader, fail, require


@dataclass(slots=True, eq=False)
class Call(Expression):
    """A call of a function. `name` can contain a Grafana variable; else `functions` has it."""

    name: str
    arguments: tuple[Expression, ...]
    name_extent: Extent

    def parts(self) -> tuple[Expression, ...]:
        """The expressions whose values it needs."""
        return self.arguments


class OpenCall(OpenArguments):
    """A call whose arguments are being read."""

    __slots__ = ("function",)

    def __init__(self, reader: Reader, function: Function | None) -> None:
        super().__init__(reader)
        self.function = function

    def complete(self, reader: Reader) -> None:
        """Check the arguments and make the node."""
        name, extent = reader.texts[self.name_at], reader.extent(self.name_at)
        function, arguments, kind = self.function, tuple(self.arguments), Kind.ANY
        if function is not None:
            _check(function, arguments, Extent(extent.start, reader.end()))
            if function.name == "info":
                _check_info(reader, arguments[1:])
            name, kind = function.name, function.returns
        reader.push(Call(extent.start, reader.end(), kind, name, arguments, extent))


def open_call(reader: Reader, *, varies: bool) -> bool:
    """Read the name of a function and the parenthesis after it."""
    name = reader.texts[reader.at]
    function = None if varies else _function(name, reader.extent(reader.at))
    frame = OpenCall(reader, function)
    if reader.kinds[reader.at] == ")":
        reader.at += 1
        frame.complete(reader)
        return True
    reader.frames.append(frame)
    return False


_OF_TIME = frozenset({"start", "end", "step", "range", "min_of", "max_of"})
"""Functions that are keywords, whose case does not matter."""


def _function(name: str, extent: Extent) -> Function:
    function = FUNCTIONS.get(name)
    lower = name.lower()
    if function is None and lower in _OF_TIME:
        function = FUNCTIONS[lower]
    if function is None:
        near = did_you_mean(name, (*FUNCTIONS, *AGGREGATIONS))
        fail(f"unknown function `{name}`{near}", extent)
    return function


def _check(function: Function, arguments: tuple[Expression, ...], call: Extent) -> None:
    count, least, most = len(arguments), function.least, function.most
    if count < least or (most is not None and count > most):
        fail(f"`{function.name}` takes {_counted(function)}, not {count or 'none'}", call)
    for index, argument in enumerate(arguments):
        wanted = function.argument(index)
        if argument.kind is not wanted:
            require(argument, wanted, f"{_ORDINALS[min(index, 9)]} argument of `{function.name}`")


_ORDINALS = (
    *("the first", "the second", "the third", "the fourth", "the fifth"),
    *("the sixth", "the seventh", "the eighth", "the ninth", "a later"),
)


def _counted(function: Function) -> str:
    least, most = function.least, function.most
    if most is None:
        return f"at least {least} arguments"
    if least == most:
        return f"{least or 'no'} argument{'' if least == 1 else 's'}"
    return f"{least} to {most} arguments"


def _check_info(reader: Reader, rest: tuple[Expression, ...]) -> None:
    """The second argument of `info` is matchers alone, which can also match an absent label."""
    for labels in rest:
        if not isinstance(labels, Selector) or reader.text[labels.start] != "{":
            fail("the second argument of `info` must be matchers in braces", labels.extent)
        if reader.nameless[-1:] == [labels]:
            reader.nameless.pop()

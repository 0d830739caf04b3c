"""The methods of generated classes: names, parameters, docstrings, and the kind of body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

from typedprom_codegen.emit.python.signatures import Signature
from typedprom_codegen.ir import MetricType


class MethodKind(Enum):
    """What the body of a method does."""

    LOOK_UP = auto()  # called often: it looks up the cell itself and calls it
    RUNTIME = auto()  # called rarely: the runtime finds the cell
    CELL = auto()  # returns the cell
    CAUSES = auto()  # each exception has a cell
    INFO = auto()  # sets the labels of an info
    REMOVE = auto()


@dataclass(frozen=True, slots=True)
class MethodSpec:
    """A method. `{given}` in its docstring is replaced by the name of its parameter."""

    name: str
    summary: str
    parameter: str = ""
    type: str = "float"
    default: str = ""
    returns: str = "None"
    kind: MethodKind = MethodKind.LOOK_UP
    imports: tuple[str, ...] = ()

    def returning(self, type_: str) -> MethodSpec:
        """The same method with another type of result."""
        return replace(self, returns=type_)

    @property
    def uses(self) -> Iterator[str]:
        """The names that its annotations import, except the cell."""
        yield from self.imports
        if self.default == "ONE":
            yield self.default


LABELS: Final = MethodSpec(
    "labels",
    "Return the series of these labels, for repeated recording.",
    kind=MethodKind.CELL,
)
REMOVE: Final = MethodSpec(
    "remove",
    "Remove this series; recording to it adds it again.",
    kind=MethodKind.REMOVE,
)
CLOSED_CAUSE: Final = MethodSpec(
    "count_exceptions",
    "Count exceptions of a block or function, labelled by `{given}`.",
    "causes",
    returns="ExceptionCounter",
    kind=MethodKind.CAUSES,
    imports=("Causes", "ExceptionCounter"),
)
ANY_CAUSE: Final = MethodSpec(
    "count_exceptions",
    "Count exceptions of these classes in a block or function.",
    "exceptions",
    "Exceptions",
    "Exception",
    returns="ExceptionCounter",
    kind=MethodKind.RUNTIME,
    imports=("Exceptions", "ExceptionCounter"),
)
SET_INFO: Final = MethodSpec("set", "Set the info labels.", kind=MethodKind.INFO)

_INC: Final = "Add `{given}`, 1 by default"
OF_COUNTERS: Final = (
    MethodSpec("inc", f"{_INC}; it must be finite and not negative.", "amount", default="ONE"),
)
OF_GAUGES: Final = (
    MethodSpec("set", "Set the value to `{given}`.", "value"),
    MethodSpec("inc", f"{_INC}.", "amount", default="ONE"),
    MethodSpec("dec", "Subtract `{given}`, 1 by default.", "amount", default="ONE"),
    MethodSpec(
        "set_to_current_time", "Set the value to the current Unix time.", kind=MethodKind.RUNTIME
    ),
    MethodSpec(
        "set_function",
        "Call `{given}` for the value at every scrape; None stops this.",
        "function",
        "GaugeFunction | None",
        kind=MethodKind.RUNTIME,
        imports=("GaugeFunction",),
    ),
    MethodSpec(
        "track_inprogress",
        "Track how many blocks or calls of a function are in progress.",
        returns="InProgress",
        kind=MethodKind.RUNTIME,
        imports=("InProgress",),
    ),
)
OF_HISTOGRAMS: Final = (
    MethodSpec("observe", "Observe `{given}`, which must be finite.", "amount"),
    MethodSpec(
        "time",
        "Observe the duration of a block or of each call, in seconds.",
        returns="Timer",
        imports=("Timer",),
    ),
)
OF_STATESETS: Final = (MethodSpec("set", "Set the current state.", "state", ""),)


def method_specs(signature: Signature, labels: MethodSpec) -> Iterator[MethodSpec]:
    """The methods of a signature's class, in order."""
    match signature.type:
        case MetricType.COUNTER:
            closed = any(parameter.type != "str" for parameter in signature.parameters)
            yield from OF_COUNTERS
            yield CLOSED_CAUSE if closed else ANY_CAUSE
        case MetricType.GAUGE:
            yield from OF_GAUGES
        case MetricType.HISTOGRAM:
            yield from OF_HISTOGRAMS
        case MetricType.STATESET:
            yield from OF_STATESETS
        case MetricType.INFO:
            yield SET_INFO
        case MetricType.SUMMARY | MetricType.UNKNOWN:
            raise ValueError(f"code is generated for no {signature.type.value}")
    if signature.type is not MetricType.INFO:
        yield labels
    if signature.parameters:
        yield REMOVE

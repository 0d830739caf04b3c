"""What can be done with the metrics of a signature: the methods that generated classes have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

from typedprom_codegen.emit.python.signatures import Signature
from typedprom_codegen.ir import MetricType


class How(Enum):
    """How a method does its work."""

    LOOK_UP = auto()  # it is called often: it looks the cell up itself and lets it do the work
    SELDOM = auto()  # it lets the runtime find the cell
    CELL = auto()  # it returns the cell
    CAUSES = auto()  # it gives each exception a cell
    INFO = auto()  # it says what the labels of an info are
    REMOVE = auto()


@dataclass(frozen=True, slots=True)
class Recording:
    """A method. `{given}` in the summary, its docstring, stands for the positional parameter."""

    name: str
    summary: str
    parameter: str = ""
    type: str = "float"
    default: str = ""
    returns: str = "None"
    how: How = How.LOOK_UP
    imports: tuple[str, ...] = ()

    def returning(self, type_: str) -> Recording:
        """The same method with another type of result."""
        return replace(self, returns=type_)

    @property
    def uses(self) -> Iterator[str]:
        """What its annotations need to have imported, cells left out."""
        yield from self.imports
        if self.default == "ONE":
            yield self.default


LABELS: Final = Recording(
    "labels", "Return the series of these values, to record into often.", how=How.CELL
)
REMOVE: Final = Recording(
    "remove", "Remove the series of these values; recording brings it back.", how=How.REMOVE
)
CLOSED_CAUSE: Final = Recording(
    "count_exceptions",
    "Count exceptions of a block or function, each as `{given}` says.",
    "causes",
    returns="ExceptionCounter",
    how=How.CAUSES,
    imports=("Causes", "ExceptionCounter"),
)
ANY_CAUSE: Final = Recording(
    "count_exceptions",
    "Count exceptions of these classes that leave a block or function.",
    "exceptions",
    "Exceptions",
    "Exception",
    returns="ExceptionCounter",
    how=How.SELDOM,
    imports=("Exceptions", "ExceptionCounter"),
)
SET_INFO: Final = Recording("set", "Say what is so now.", how=How.INFO)

_INC: Final = "Add `{given}`, 1 by default"
OF_COUNTERS: Final = (
    Recording("inc", f"{_INC}; it must be finite and not negative.", "amount", default="ONE"),
)
OF_GAUGES: Final = (
    Recording("set", "Make `{given}` the current value.", "value"),
    Recording("inc", f"{_INC}.", "amount", default="ONE"),
    Recording("dec", "Subtract `{given}`, 1 by default.", "amount", default="ONE"),
    Recording("set_to_current_time", "Make the Unix time the current value.", how=How.SELDOM),
    Recording(
        "set_function",
        "Ask `{given}` for the value at every scrape; None ends that.",
        "function",
        "GaugeFunction | None",
        how=How.SELDOM,
        imports=("GaugeFunction",),
    ),
    Recording(
        "track_inprogress",
        "Count how many blocks or calls of a function are being executed.",
        returns="InProgress",
        how=How.SELDOM,
        imports=("InProgress",),
    ),
)
OF_HISTOGRAMS: Final = (
    Recording("observe", "Count `{given}` into its bucket; it must be finite.", "amount"),
    Recording(
        "time",
        "Observe how many seconds a block or each call of a function takes.",
        returns="Timer",
        imports=("Timer",),
    ),
)
OF_STATESETS: Final = (Recording("set", "Be in `{given}`, in no other state.", "state", ""),)


def recordings(signature: Signature, labels: Recording) -> Iterator[Recording]:
    """The methods of a signature's class, in the order they stand."""
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
    if signature.type is not MetricType.INFO:
        yield labels
    if signature.parameters:
        yield REMOVE

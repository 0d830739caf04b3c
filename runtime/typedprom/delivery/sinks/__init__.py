"""Sinks: where the metrics of a spool go. Each module of this package is one and defines `SINK`.

Nothing else names a sink. Start-up, the warning about unknown variables, `typedprom-spool` and the
test of docs/variables.md read the specs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from typedprom.core.misuse import log_once

if TYPE_CHECKING:
    from typedprom.metrics.definition import Family
    from typedprom.spool.directory import SpoolDirectory


@dataclass(frozen=True, slots=True)
class SinkResult:
    """Whether a push was delivered; `reason` says why not, and continues a sentence after a colon.

    `refused` are the families that the receiver rejected, with its words; the others arrived.
    """

    delivered: bool
    reason: str = ""
    refused: Mapping[str, str] = field(default_factory=dict[str, str])


DELIVERED: Final = SinkResult(delivered=True)


class Sink(Protocol):
    """A receiver of families."""

    @property
    def name(self) -> str:
        """What messages call it, without credentials."""
        ...

    def prepare(self) -> None:
        """Start what takes long, such as a DNS look-up, before there is something to deliver."""
        ...

    def push(self, families: Sequence[Family], deadline: float) -> SinkResult:
        """Deliver the families before `time.monotonic()` reaches the deadline. Raises nothing."""
        ...


class Variable(NamedTuple):
    """An environment variable of a sink, as docs/variables.md shows it."""

    name: str
    meaning: str
    default: str = ""


def _nothing(_address: str) -> str:
    return ""


def _never(_address: str) -> bool:
    return False


class Option(NamedTuple):
    """An option of `typedprom-spool deliver`."""

    flag: str
    metavar: str
    help: str


@dataclass(frozen=True, slots=True)
class SinkSpec:
    """What typedprom knows of a sink.

    The value of `variable`, or of `option`, which wins, is the address that `make` gets after
    `resolve`, with the grouping key and the spool. `make` raises ValueError if it cannot use them;
    the message must not show the address, which may hold credentials. `show` gives what of it
    may be shown, by default nothing. `sends_in_clear` says whether others can read credentials
    that are sent to it. Where `is_named_by_catalogs`, the variable of a catalog
    wins over `variable`. Where `is_grouped`, a push replaces the group of the grouping key, so that
    two spools must not share an address and a group.
    """

    name: str
    variable: Variable
    option: Option
    make: Callable[[str, Mapping[str, str], SpoolDirectory], Sink]
    other_variables: tuple[Variable, ...] = ()
    resolve: Callable[[str], str] = str
    show: Callable[[str], str] = _nothing
    sends_in_clear: Callable[[str], bool] = _never
    is_named_by_catalogs: bool = False
    is_grouped: bool = False


@dataclass(frozen=True, slots=True)
class Destination:
    """An address for a sink, which may hold credentials; `origin` is the variable or option."""

    spec: SinkSpec
    address: str = field(repr=False)
    origin: str = field(compare=False)

    @property
    def shown(self) -> str:
        """What of the address may be shown."""
        return self.spec.show(self.address)


@cache
def specs() -> tuple[SinkSpec, ...]:
    """The specs of all modules of this package: those that catalogs name first, then by name."""
    from pkgutil import iter_modules  # here: not needed if no sink is configured

    found: list[SinkSpec] = []
    for name in sorted(module.name for module in iter_modules(__path__)):
        try:
            spec = import_module(f"{__name__}.{name}").SINK
            if not isinstance(spec, SinkSpec):
                raise TypeError("`SINK` is not a SinkSpec")
            found.append(spec)
        except Exception as error:  # of a module that somebody added: the program continues
            log_once(("sink", name), partial("sink module {} is not used: {}".format, name, error))
    return tuple(sorted(found, key=lambda spec: not spec.is_named_by_catalogs))


def sink_variables() -> frozenset[str]:
    """The names of all variables of all sinks."""
    return frozenset(
        variable.name for spec in specs() for variable in (spec.variable, *spec.other_variables)
    )

"""Ports: functions of the packages above that metrics call. `startup` fills them.

Before that series are kept in memory only and metrics cannot be registered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Protocol

    from prometheus_client.metrics_core import Metric as CollectedFamily
    from prometheus_client.registry import CollectorRegistry

    from typedprom.core.environment import Environment
    from typedprom.metrics.cell import AnyInstrument, Storage
    from typedprom.metrics.cell_classes import CellClasses

    class AnyCatalog(Protocol):
        """A catalog, as registering its metrics needs it."""

        @property
        def metrics(self) -> Mapping[str, AnyInstrument]:
            """The metrics code records, by key."""
            ...


class Ports:
    """The functions.

    `open_spool` opens the spool of a catalog by its name, which is its namespace if it has one, and
    returns it with the cell classes that record into it; None if the environment names none.
    `register` makes the metrics of a catalog collectors of a registry. `collected` and `described`
    return a metric as prometheus_client has it, with and without samples; the former gives several
    families where a spool has something to add.
    """

    __slots__ = ("collected", "described", "open_spool", "register")

    open_spool: Callable[[str, Environment], tuple[Storage, CellClasses] | None]
    register: Callable[[AnyCatalog, CollectorRegistry | None], None]
    collected: Callable[[AnyInstrument], Sequence[CollectedFamily]]
    described: Callable[[AnyInstrument], CollectedFamily]


PORTS: Final = Ports()
PORTS.open_spool = lambda _name, _environment: None

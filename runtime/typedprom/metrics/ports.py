"""Ports: what recording needs of the packages above it. `startup` fills them.

Until it has, series are kept in memory only and no metric is registered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol, TypeAlias

    from prometheus_client.metrics_core import Metric as CollectedFamily
    from prometheus_client.registry import CollectorRegistry

    from typedprom.core.environment import Environment
    from typedprom.metrics.cell import AnyInstrument, Storage
    from typedprom.metrics.cell_classes import CellClasses

    class AnyCatalog(Protocol):
        """A catalog, as far as registering it needs one."""

        @property
        def metrics(self) -> Mapping[str, AnyInstrument]:
            """The metrics code records, by key."""
            ...

    OpenSpool: TypeAlias = Callable[[str, Environment], tuple[Storage, CellClasses] | None]
    Register: TypeAlias = Callable[[AnyCatalog, CollectorRegistry | None], None]
    Collect: TypeAlias = Callable[[AnyInstrument], CollectedFamily]


class Ports:
    """Functions that `startup` provides.

    `open_spool` opens the spool of a namespace where the environment asks for one, and says which
    cells record into it. `register` makes
    the metrics of a catalog collectors of a registry. `collected` and `described` make
    prometheus_client's form of a metric, with and without its samples.
    """

    __slots__ = ("collected", "described", "open_spool", "register")

    open_spool: OpenSpool
    register: Register
    collected: Collect
    described: Collect


def _in_memory(_namespace: str, _environment: Environment) -> None:
    """No spool."""


PORTS: Final = Ports()
PORTS.open_spool = _in_memory

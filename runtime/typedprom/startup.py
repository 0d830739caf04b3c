"""The composition root: the only module that knows all packages. It fills the ports of metrics.

What a program that only records does not need is imported when it is first used.
"""

from __future__ import annotations

import atexit
import sys
from typing import TYPE_CHECKING, Final

from typedprom.core.environment import (
    note_variables,
    read_variable,
    unknown_variables,
    warn_of_late_variables,
    warn_of_unknown_variables,
)
from typedprom.core.misuse import log_once, safe_repr
from typedprom.core.variables import IS_DISABLED, SPOOL_DIR
from typedprom.exposition.import_hook import register_once_imported
from typedprom.metrics.ports import PORTS

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric as CollectedFamily
    from prometheus_client.registry import CollectorRegistry

    from typedprom.core.environment import Environment
    from typedprom.delivery.job import Job
    from typedprom.exposition.import_hook import RegisterMetrics
    from typedprom.exposition.sources import Exposition
    from typedprom.metrics.catalog import Catalog
    from typedprom.metrics.cell import AnyInstrument
    from typedprom.metrics.cell_classes import CellClasses
    from typedprom.metrics.ports import AnyCatalog
    from typedprom.spool.writer import Spool

_AUTOSTART: Final = "typedprom.delivery.autostart"  # imported if there is a spool
_LONGEST: Final = 86_400  # seconds
_SELF: Final = "typedprom"  # the namespace of our own metrics


def job(command: str) -> Job:
    """Record that a command runs and how it ends, and deliver that before a signal ends it.

    A `with` or `async with` block, or a decorator of functions and coroutine functions, around
    everything the command does:

        with typedprom.job("ingester"):
            ...
    """
    from typedprom.delivery.job import Job

    return Job(command)


def deliver(timeout: float = 10.0) -> bool:
    """Deliver now what this process has recorded, within `timeout` seconds.

    For what ends or is stopped without an exit: functions of a cloud, notebooks, tests. Returns
    whether everything reached all destinations; why it did not is logged. Without a destination
    nothing is delivered: that is logged once, and returns False too. It raises TypeError or
    ValueError for a timeout that is not a number from 0 to 86,400, and nothing else. In a coroutine
    use `await asyncio.to_thread(typedprom.deliver)`.
    """
    seconds = _checked_timeout(timeout)
    if IS_DISABLED:
        return False
    if _AUTOSTART in sys.modules:
        from typedprom.delivery.deliver_now import deliver, has_destination

        if has_destination():
            return deliver(seconds)
    log_once(
        ("deliver",),
        lambda: (
            "typedprom.deliver() has nothing to deliver to: set TYPEDPROM_PUSHGATEWAY_URL, or the "
            "variable of another destination, before metrics are imported"
        ),
    )
    return False


def _checked_timeout(timeout: object) -> float:
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        raise TypeError(f"the timeout is a number of seconds, not {safe_repr(timeout)}")
    if not 0.0 <= timeout <= _LONGEST:
        raise ValueError(f"the timeout is from 0 to {_LONGEST:,} seconds, not {safe_repr(timeout)}")
    return timeout


def exposition(accept: str | None = "", *, registry: CollectorRegistry | None = None) -> Exposition:
    """The metrics as bytes and their content type, for a view of a web application:

        body, content_type = typedprom.exposition(request.headers.get("Accept"))

    `accept` is the header that says which format Prometheus prefers, if it was sent. The metrics
    are those of `registry`, by default prometheus_client's own; those in a spool are of all its
    processes. Any number of threads may ask at once. Raises what a collector raises, and
    UnreadableError where the spool cannot be read: answer both with status 500.
    """
    from typedprom.exposition.registry_source import exposition_of

    return exposition_of(_checked_header(accept), registry)


def _checked_header(accept: object) -> str:
    if accept is None or isinstance(accept, str):
        return accept or ""
    raise TypeError(f"`accept` is the text of an Accept header, not {safe_repr(accept)}")


def _open_spool(namespace: str, environment: Environment) -> tuple[Spool, CellClasses] | None:
    """The spool for the series of a catalog; None if they are kept in memory only.

    Our own metrics are in memory only until another catalog has a spool.
    """
    if IS_DISABLED or namespace == _SELF:
        return None
    note_variables(namespace, environment)
    triggers = [SPOOL_DIR, *filter(None, (environment.pushgateway_url,))]
    trigger = next(filter(read_variable, triggers), None)
    if trigger is None and unknown_variables():
        from typedprom.delivery.sinks import sink_variables, specs

        trigger = next(filter(read_variable, (spec.variable.name for spec in specs())), None)
        if trigger is None:
            warn_of_unknown_variables(sink_variables())
    if trigger is None:
        return None
    try:
        from typedprom.delivery.autostart import open_spool
        from typedprom.spool.adoption import adopt
    except ImportError as error:
        why = f"{trigger} has no effect, because a spool needs what this system lacks: {error}"
        log_once(("spool",), lambda: f"{why}; serve() and prometheus_client expose all metrics")
        return None
    spool = open_spool(namespace, environment)
    if spool is None:
        return None
    if (own := _self_metrics()).spool is None:
        adopt(spool, spool.cells, own)
    return spool, spool.cells


def _self_metrics() -> Catalog:
    """The catalog of our own metrics; the first call imports it."""
    from typedprom.metrics.self_metrics import CATALOG

    return CATALOG


def _register(catalog: AnyCatalog, registry: CollectorRegistry | None) -> None:
    _self_metrics()  # here: a signal handler that records must not find it half imported
    if registry is None:
        register_once_imported(catalog, _load_register)
    else:
        _load_register()(catalog.metrics.values(), registry)


def _load_register() -> RegisterMetrics:
    from typedprom.exposition.prom_client import register

    return register


def _collected(metric: AnyInstrument) -> list[CollectedFamily]:
    if metric.spool is None:
        from typedprom.exposition.prom_client import in_memory

        return [in_memory(metric)]
    from typedprom.exposition.spool_collectors import collected

    return collected(metric)


def _described(metric: AnyInstrument) -> CollectedFamily:
    from typedprom.exposition.prom_client import described

    return described(metric)


PORTS.open_spool = _open_spool
PORTS.register = _register
PORTS.collected = _collected
PORTS.described = _described
atexit.register(warn_of_late_variables)

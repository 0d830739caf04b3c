"""Whether what a catalog records outlives its process: the environment says so, at import."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from typedprom.core.environment import warn_of_unknown_variables
from typedprom.core.misuse import warn_once
from typedprom.core.variables import (
    IS_DISABLED,
    OTLP_ENDPOINT,
    PUSHGATEWAY_URL,
    SPOOL_DIR,
    TEXTFILE,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typedprom.core.environment import Environment
    from typedprom.spool.writer import Spool

OWN: Final = "typedprom"  # the namespace of our own metrics, which go where others went first

_VARIABLES: Final = (SPOOL_DIR, PUSHGATEWAY_URL, TEXTFILE, OTLP_ENDPOINT)

_not_meant: Final[dict[str, str]] = {}  # variables, with the values that are passed over
_spools: Final[list[Spool]] = []  # of this process, in the order they were opened


def spools() -> Sequence[Spool]:
    """The spools of this process."""
    return tuple(_spools)


def named(variable: str) -> str | None:
    """What the variable is set to, for this process."""
    value = os.environ.get(variable)
    return None if not value or _not_meant.get(variable) == value else value


def pass_over_environment() -> None:
    """Pass over what is set by now: it is meant for programs, and this process tests them."""
    _not_meant.update(os.environ)


def spool_of(namespace: str, environment: Environment) -> Spool | None:
    """The spool for the series of a catalog; None if they are kept in memory only."""
    if IS_DISABLED:
        return None
    if namespace == OWN:
        return _spools[0] if _spools else None
    names = [*_VARIABLES, *filter(None, (environment.pushgateway_url,))]
    warn_of_unknown_variables((environment.pushgateway_url, environment.metrics_port))
    if not any(map(named, names)):
        return None
    try:
        from typedprom.delivery.autostart import opened  # here: most programs have no spool
    except ImportError:
        warn_once(("spool",), lambda: "a spool needs a POSIX system: nothing outlives the process")
        return None
    spool = opened(namespace, environment)
    if spool is not None and spool not in _spools:
        _spools.append(spool)
        _take_in_own(_spools[0])
    return spool


def _take_in_own(spool: Spool) -> None:
    """Have our own metrics in the spool, also where they are older; and there before they count."""
    from typedprom.metrics.self_metrics import CATALOG

    if CATALOG.spool is None:
        from typedprom.spool.adopting import adopt

        adopt(spool, CATALOG)

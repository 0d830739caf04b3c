"""Shop: typed metrics.

Infos, statesets, constant labels and names of environment variables.

    from metrics_info_and_stateset import WORKERS_BUILD

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from ._catalog import CATALOG
from ._labels import (
    CHANNEL_VALUES,
    WORKERS_PHASE_VALUES,
    WORKERS_WORKER_PHASE_VALUES,
    Channel,
    WorkersPhase,
    WorkersWorkerPhase,
    is_channel,
    is_workers_phase,
    is_workers_worker_phase,
)
from .workers import (
    WORKERS_BUILD,
    WORKERS_JOBS,
    WORKERS_MACHINE,
    WORKERS_PHASE,
    WORKERS_WORKER_PHASE,
)

__all__ = [
    "CATALOG",
    "CHANNEL_VALUES",
    "WORKERS_BUILD",
    "WORKERS_JOBS",
    "WORKERS_MACHINE",
    "WORKERS_PHASE",
    "WORKERS_PHASE_VALUES",
    "WORKERS_WORKER_PHASE",
    "WORKERS_WORKER_PHASE_VALUES",
    "Channel",
    "WorkersPhase",
    "WorkersWorkerPhase",
    "is_channel",
    "is_workers_phase",
    "is_workers_worker_phase",
]

CATALOG.register()

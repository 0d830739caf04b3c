"""Workers: metrics of `workers`.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import StateSet

from ._catalog import CATALOG
from ._labels import (
    CHANNEL_LABEL,
    VERSION_LABEL,
    WORKER_LABEL,
    WORKERS_PHASE_VALUES,
    WORKERS_WORKER_PHASE_VALUES,
    WorkersPhase,
)
from ._signatures import (
    CounterByWorkerChannel,
    InfoOfChannelByWorker,
    InfoOfVersionChannel,
    StateSetOfWorkersWorkerPhaseByWorker,
)

WORKERS_BUILD: Final = InfoOfVersionChannel(
    CATALOG,
    key="workers.build",
    name="shop_workers_build_info",
    help="The build that is running.",
    info_labels=(VERSION_LABEL, CHANNEL_LABEL),
)
r"""The build that is running.

Info `shop_workers_build_info`.

Info labels:

- `version`: The version that is running. Matches `[0-9]+\.[0-9]+`; at most 10 distinct values.
- `channel`: How it was rolled out. One of `stable`, `canary`.
"""

WORKERS_MACHINE: Final = InfoOfChannelByWorker(
    CATALOG,
    key="workers.machine",
    name="shop_workers_machine_info",
    help="What each worker runs on.",
    labels=(WORKER_LABEL,),
    budget=10,
    info_labels=(CHANNEL_LABEL,),
)
"""What each worker runs on.

Info `shop_workers_machine_info`.

Labels:

- `worker`: The worker's name. At most 20 distinct values.

Info labels:

- `channel`: How it was rolled out. One of `stable`, `canary`.

At most 10 series.
"""

WORKERS_PHASE: Final[StateSet[WorkersPhase]] = StateSet(
    CATALOG,
    key="workers.phase",
    name="shop_workers_phase",
    help="What the service is doing.",
    states=WORKERS_PHASE_VALUES,
)
"""What the service is doing.

Stateset `shop_workers_phase`.

States: One of `starting`, `serving`, `draining`.
"""

WORKERS_WORKER_PHASE: Final = StateSetOfWorkersWorkerPhaseByWorker(
    CATALOG,
    key="workers.worker.phase",
    name="shop_workers_worker_phase",
    help="What each worker is doing.",
    labels=(WORKER_LABEL,),
    states=WORKERS_WORKER_PHASE_VALUES,
)
"""What each worker is doing.

Stateset `shop_workers_worker_phase`.

Labels:

- `worker`: The worker's name. At most 20 distinct values.

States: One of `idle`, `busy`.
"""

WORKERS_JOBS: Final = CounterByWorkerChannel(
    CATALOG,
    key="workers.jobs",
    name="shop_workers_jobs_total",
    help="Jobs done.",
    labels=(WORKER_LABEL, CHANNEL_LABEL),
    budget=30,
)
"""Jobs done.

Counter `shop_workers_jobs_total`.

Labels:

- `worker`: The worker's name. At most 20 distinct values.
- `channel`: How it was rolled out. One of `stable`, `canary`.

At most 30 series.
"""

"""One simulation: its programs run in processes of their own, its scrapes fill a database."""

from __future__ import annotations

import multiprocessing
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from proofs.backtest.calendar import BEGAN, next_start
from proofs.backtest.database import backfill
from proofs.backtest.exposed import Moment
from proofs.backtest.incidents import Incident
from proofs.backtest.jobs import Counted, Jobs, run_jobs
from proofs.backtest.scraping import Gateway, of_service
from proofs.backtest.service import Served, serve

_PROCESSES = 2  # at a time


@dataclass(frozen=True, slots=True)
class Simulated:
    """What happened, and what programs recorded."""

    incidents: Sequence[Incident]
    jobs: Jobs
    served: Sequence[Served]
    ends: float

    @property
    def counted(self) -> Iterator[Counted]:
        """All that was recorded, by any program."""
        yield from self.jobs.counted
        for one in self.served:
            yield from one.counted

    def noticed(self, incident: Incident) -> float:
        """Return when something that records first noticed an incident, as a Unix time.

        An incident of a source is not noticed by a run that leaves the source out.
        """
        touches = incident.kind.touches
        if incident.kind.label != "source_id" or touches is None:
            return incident.touches
        requested = next(
            one.at
            for one in self.jobs.counted
            if one.at >= incident.begins and one.requested(incident.target)
        )
        return requested if touches == "ingester" else next_start(touches, requested)

    def fill(self, folder: Path, data: Path) -> None:
        """Make the data that Prometheus would have by then."""
        for name, moments in (("gateway", self._pushed()), ("service", self._scraped())):
            (folder / name).mkdir()
            backfill(moments, folder / name, data)

    def _pushed(self) -> Iterator[Moment]:
        return Gateway(self.jobs.pushes, self.incidents).scrapes(self.ends)

    def _scraped(self) -> Iterator[Moment]:
        scrapes = [scrape for one in self.served for scrape in one.scrapes]
        return of_service(scrapes, BEGAN, self.ends)


def simulate(
    seed: int, incidents: Sequence[Incident], ends: float, names: Collection[str]
) -> Simulated:
    """Run the jobs and the service until a Unix time; keep the series of these names."""
    deploys = [one for one in incidents if one.kind.name == "a deploy"]
    starts = [float(BEGAN), *(one.ends for one in deploys)]
    stops = [*(one.begins for one in deploys), ends]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(_PROCESSES, context, max_tasks_per_child=1) as pool:
        jobs = pool.submit(run_jobs, seed, incidents, ends, names)
        served = [
            pool.submit(serve, seed + number, incidents, start, stop, names)
            for number, (start, stop) in enumerate(zip(starts, stops, strict=True))
        ]
        return Simulated(incidents, jobs.result(), [one.result() for one in served], ends)

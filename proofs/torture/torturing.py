"""Carries out a plan: four workers at a time, gateway restarts, a full disk, a last delivery."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Semaphore

from proofs.programs.deaths import Death
from proofs.support import gateway
from proofs.support.libraries import Host, Library
from proofs.torture.bounds import Samples, violations
from proofs.torture.gateway_and_disk import Gateway, filled, small_disk
from proofs.torture.plan import Plan, Run
from proofs.torture.worker import Result, deliver_and_kill, torture
from tools.promql_api import Api, wait_until
from tools.running import HOST, prometheus

AT_ONCE = 4
JOB = "tortured"
PUSH_SECONDS = 0.3
_FULL_SECONDS = 1.5
_LAST_DELIVERIES = 3
_NAMES = f'count by (__name__) ({{__name__=~"sms_.+_(total|count|bucket|sum)", job="{JOB}"}})'
_SCRAPED = f'max_over_time(timestamp(sms_heartbeat_total{{job="{JOB}"}})[1m:1s])'


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a plan."""

    plan: Plan
    results: list[Result]
    samples: Samples
    decreased: list[str]  # series whose value decreased in Prometheus
    disk_was_full: bool
    delivery_errors: list[str] = field(default_factory=list)

    def failures(self) -> Iterator[str]:
        """Yield each violated promise."""
        yield from violations(self.samples, JOB, self.results)
        yield from (f"decreased in Prometheus: {series}" for series in self.decreased)
        yield from self.delivery_errors
        for one in self.results:
            if "Traceback" in one.errors:
                yield f"run {one.run.number} ({one.run.death.value}) printed {one.errors!r}"


class Torture:
    """A plan that is being carried out."""

    def __init__(self, plan: Plan, one: Host, server: Gateway, pool: ThreadPoolExecutor) -> None:
        self._plan, self._host, self._server, self._pool = plan, one, server, pool
        self._slots = Semaphore(AT_ONCE)
        self._runs: list[Future[Result]] = []
        self._deliveries: list[Future[None]] = []

    def carry_out(self, disk: Path | None) -> list[Result]:
        """Run everything and return the results in the order of the runs."""
        for run in self._plan.runs:
            if run.number == self._plan.full_before and disk is not None:
                self._fill(disk)
            if run.restart is not None:
                self._server.restart(run.restart)
            if run.deliver_for is not None:
                self._deliveries.append(
                    self._pool.submit(deliver_and_kill, self._host, run.deliver_for)
                )
            self._begin(run)
        for delivery in self._deliveries:
            delivery.result()
        return [run.result() for run in self._runs]

    def _begin(self, run: Run) -> None:
        self._slots.acquire()
        future = self._pool.submit(torture, self._host, run, self._plan.seed_of(run))
        future.add_done_callback(lambda _: self._slots.release())
        self._runs.append(future)

    def _fill(self, disk: Path) -> None:
        """Fill the disk while some workers run and others start, and free it before they end.

        Data recorded while it is full is only in memory, so none of these workers is killed.
        """
        for earlier in list(self._runs):
            earlier.result()
        first = self._plan.runs[0]
        undisturbed = replace(first, death=Death.RETURN, seconds=3 * _FULL_SECONDS)
        numbers = range(len(self._plan.runs), len(self._plan.runs) + AT_ONCE)
        running, starting = numbers[: AT_ONCE // 2], numbers[AT_ONCE // 2 :]
        for number in running:
            self._begin(replace(undisturbed, number=number))
        time.sleep(_FULL_SECONDS / 2)
        with filled(disk):
            for number in starting:
                self._begin(replace(undisturbed, number=number))
            time.sleep(_FULL_SECONDS)


def carry_out(plan: Plan) -> Outcome:
    """Carry out the plan against real servers."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="torture-")))
        disk = stack.enter_context(small_disk(folder / "disk"))
        server = Gateway(folder)
        stack.callback(server.stop)
        server.start()
        scraper = stack.enter_context(prometheus(folder, {"pushgateway": server.port}))
        pool = stack.enter_context(ThreadPoolExecutor(2 * AT_ONCE))
        address = f"{HOST}:{server.port}"
        one = Host(Library.OURS, JOB, address, folder, push_seconds=PUSH_SECONDS, spool_parent=disk)
        results = Torture(plan, one, server, pool).carry_out(disk)
        delivery_errors = _deliver(one)
        api = Api(scraper.port)
        if not delivery_errors:
            delivered = time.time()
            wait_until(lambda: api.value(_SCRAPED) > delivered, seconds=30, what="the last scrape")
        decreased = list(_decreased(api))
        samples = gateway.samples(server.port)
        return Outcome(plan, results, samples, decreased, disk is not None, delivery_errors)


def _decreased(api: Api) -> Iterator[str]:
    for metric in api.query(_NAMES):
        name = metric.labels["__name__"]
        for reset in api.query(f'resets({name}{{job="{JOB}"}}[1h]) > 0'):
            yield f"{name} {reset.labels}, {reset.value:g} times"


def _deliver(one: Host) -> list[str]:
    """Deliver what is left; return the errors of the last attempt."""
    for _ in range(_LAST_DELIVERIES):
        ended = one.deliver()
        if ended.code == 0:
            return []
    return [f"deliver ended with {ended.code}: {ended.errors}"]

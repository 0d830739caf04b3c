"""The hourly jobs of a simulation: what each run pushes to the gateway, and what it recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from examples.sms.commands import Pipeline
from examples.sms.tally import Labels, tally_of
from proofs.backtest.calendar import BEGAN, CRONTAB, HISTORY, HOUR, MINUTE
from proofs.backtest.exposed import Moment, exposed
from proofs.backtest.incidents import Incident
from proofs.backtest.world import World
from sms_metrics_generated import PipelineCommand

GROUP = 'job="sms",instance="host-1"'
_REQUESTS: Final = ("sms_sources_requests_success_total", "sms_sources_requests_error_total")
_STOPPED: Final = ("a command stops", "a command is gone")

Counts = Mapping[str, Mapping[Labels, float]]  # counted by metric and labels


@dataclass(frozen=True, slots=True)
class Counted:
    """What a program recorded until a Unix time, since the one before."""

    at: float
    counts: Counts

    def requested(self, source_id: str) -> bool:
        """Whether this program sent requests to a source."""
        return any(
            ("source_id", source_id) in labels
            for metric in _REQUESTS
            for labels in self.counts.get(metric, {})
        )


@dataclass(slots=True)
class Jobs:
    """All pushes of the jobs, in the order of time, and what was recorded before each."""

    pushes: list[Moment] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)


def run_jobs(
    seed: int, incidents: Sequence[Incident], until: float, names: Collection[str]
) -> Jobs:
    """Run the jobs of all hours in this process, which has recorded nothing before."""
    world = World(seed, incidents=incidents)
    pipeline, jobs = Pipeline(world), Jobs()
    for started, command in _starts(until, world):
        pipeline.source_ids = world.present()
        pipeline.run(command)
        world.clock = ended = started + world.seconds(4.0)
        jobs.pushes.append(Moment(ended, _pushed(names, ended, world.now())))
        jobs.counted.append(Counted(ended, tally_of(pipeline.journal.facts).counters))
        pipeline.journal.facts.clear()
    return jobs


def _starts(until: float, world: World) -> Iterator[tuple[float, PipelineCommand]]:
    """Yield what cron starts; the clock of the world is set to each start."""
    hours = range(BEGAN - HISTORY * HOUR, int(until), HOUR)
    for hour in hours:
        for command, minute in CRONTAB.items():
            world.clock = hour + minute * MINUTE
            if any(world.is_active(kind, command) for kind in _STOPPED):
                continue
            times = 2 if world.is_active("commands run twice") else 1
            for _ in range(times):
                yield world.clock, command
                world.clock = hour + (minute + 2) * MINUTE


def _pushed(names: Collection[str], at: float, by_host: float) -> Mapping[str, str]:
    added = {
        f"typedprom_push_last_timestamp_seconds{{{GROUP}}}": repr(by_host),
        f"push_time_seconds{{{GROUP}}}": repr(at),
        f"push_failure_time_seconds{{{GROUP}}}": "0",
    }
    return {**exposed(names, GROUP), **added}

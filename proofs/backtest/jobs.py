"""The hourly jobs of a simulation: what each run pushes to the gateway, and what it recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from examples.sms.commands import Pipeline
from examples.sms.tally import Labels, tally_of
from proofs.backtest.calendar import BEGAN, CRONTAB, HISTORY, HOUR, MINUTE
from proofs.backtest.exposed import Moment, exposed
from proofs.backtest.incidents import Incident
from proofs.backtest.world import World
from sms_metrics_generated import PipelineCommand

GROUP = 'job="sms",instance="host-1"'

Counts = Mapping[str, Mapping[Labels, float]]  # counted by metric and labels


@dataclass(frozen=True, slots=True)
class Counted:
    """What a program recorded until a Unix time, since the one before."""

    at: float
    counts: Counts


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
    for started, command in _starts(until):
        world.clock = started
        if world.is_active("a command stops", command):
            continue
        pipeline.source_ids = world.present()
        pipeline.run(command)
        world.clock = ended = started + world.seconds(4.0)
        jobs.pushes.append(Moment(ended, _pushed(names, ended)))
        jobs.counted.append(Counted(ended, tally_of(pipeline.journal.facts).counters))
        pipeline.journal.facts.clear()
    return jobs


def _starts(until: float) -> Iterator[tuple[float, PipelineCommand]]:
    hours = range(BEGAN - HISTORY * HOUR, int(until), HOUR)
    for hour in hours:
        for command, minute in CRONTAB.items():
            yield hour + minute * MINUTE, command


def _pushed(names: Collection[str], at: float) -> Mapping[str, str]:
    added = {
        f"typedprom_push_last_timestamp_seconds{{{GROUP}}}": repr(at),
        f"push_time_seconds{{{GROUP}}}": repr(at),
        f"push_failure_time_seconds{{{GROUP}}}": "0",
    }
    return {**exposed(names, GROUP), **added}

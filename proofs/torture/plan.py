"""The plan of a torture test: its runs and the faults of gateway and disk, made from one seed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from random import Random

from proofs.programs.deaths import Death

GATEWAY_EVERY = 25  # number of runs after which the gateway is restarted
DELIVER_EVERY = 9  # number of runs after which `deliver` runs too and may be killed
EVENTS, STEPS = 120, 14  # about the number that a worker has, in total and in its last delivery

_OFTEN = {Death.AT_A_LATE_EVENT: 3, Death.KILLED_LATE: 2}  # between the steps of the last delivery


class Restart(Enum):
    """Whether the gateway keeps its metrics across a restart."""

    WITH_MEMORY = "with persistence"
    WITHOUT = "without persistence"


@dataclass(frozen=True, slots=True)
class Run:
    """One worker, and what happens before it starts."""

    number: int
    death: Death
    seconds: float  # for which it records
    kill_after: float  # seconds after its first recording, or after the end of its last
    event: int
    restart: Restart | None
    deliver_for: float | None  # seconds after which a concurrent `deliver` is killed


@dataclass(frozen=True, slots=True)
class Plan:
    """The runs, and the run before which the disk is full for a while."""

    seed: int
    runs: tuple[Run, ...]
    full_before: int

    def seed_of(self, run: Run) -> int:
        """Return the seed of the calls of that run."""
        return self.seed * 1_000_003 + run.number


def plan(seed: int, runs: int) -> Plan:
    """Make the plan of that seed."""
    random = Random(seed)  # noqa: S311 - must be reproducible
    return Plan(seed, tuple(_run(random, number) for number in range(runs)), runs // 2)


def _run(random: Random, number: int) -> Run:
    death = random.choices(list(Death), [_OFTEN.get(death, 1) for death in Death])[0]
    seconds = random.uniform(0.1, 0.7)
    late = death is Death.KILLED_LATE
    restarts = number and number % GATEWAY_EVERY == 0
    return Run(
        number=number,
        death=death,
        seconds=seconds,
        kill_after=random.uniform(0, 0.08 if late else seconds),
        event=random.randint(1, STEPS if death is Death.AT_A_LATE_EVENT else EVENTS),
        restart=list(Restart)[number // GATEWAY_EVERY % 2] if restarts else None,
        deliver_for=random.uniform(0, 0.8) if number % DELIVER_EVERY == 1 else None,
    )

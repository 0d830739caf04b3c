"""What happens to what an alert is about, and which alerts that gives at each evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from typedprom_codegen.rule_tests.observed_series import ObservedSeries
from typedprom_codegen.rule_tests.pace import Pace


@dataclass(frozen=True, slots=True)
class Case:
    """What happens to one subject of an alert."""

    name: str
    labels: Mapping[str, str]  # of its alert, without those that the rule adds
    series: Mapping[str, Sequence[ObservedSeries]]  # by what they are in the form
    noise: Sequence[ObservedSeries] = ()  # that must make no difference
    rule: int = 0  # which of the alert's rules has it


@dataclass(frozen=True, slots=True)
class Scenario:
    """Cases that happen at the same time, and what their alert's query says of each."""

    name: str
    pace: Pace
    end: int
    cases: Sequence[Case]
    value: Callable[[Case, int], float | None]  # at a second; None: no alert
    checks: Sequence[int] = field(default=())  # further seconds at which alerts are checked


class AlertState(Enum):
    """Whether an alert fires, or waits for its `for`."""

    PENDING = "pending"
    FIRING = "firing"


@dataclass(frozen=True, slots=True)
class StateAt:
    """The state of an alert at an evaluation."""

    state: AlertState
    value: float | None  # of its last result; None: not known


def states(scenario: Scenario, case: Case, hold: int, keep: int) -> dict[int, StateAt]:
    """The state of a case's alert at each evaluation at which it has one."""
    found: dict[int, StateAt] = {}
    since = kept = None
    before: StateAt | None = None
    for time in range(0, scenario.end + 1, scenario.pace.step):
        value = scenario.value(case, time)
        if value is not None:
            since, kept = (time if since is None else since), None
            held = time - since >= hold
            before = StateAt(AlertState.FIRING if held else AlertState.PENDING, value)
        elif before is not None:
            kept = time if kept is None else kept
            if before.state is AlertState.PENDING or time - kept >= keep:
                before = since = kept = None
        if before is not None:
            found[time] = before
    return found

"""Which alerts found which incident, how long after it began, and which are false alarms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from proofs.backtest.calendar import HOUR, MINUTE, SCHEDULE
from proofs.backtest.firing import Firing
from proofs.backtest.incidents import Incident
from proofs.backtest.inhibition import Inhibition, is_sent
from proofs.backtest.simulated import Simulated

_SEEN: Final = 3 * MINUTE  # until a run has ended, is scraped, and rules are evaluated
AT_MOST: Final = 2 * SCHEDULE + _SEEN
"""Seconds until an incident is found, once something has noticed it."""

_AFTERWARDS: Final = SCHEDULE
"""Seconds after an incident in which an alert may still begin: what it did is on its way."""

_SHORT_WINDOW: Final = 6 * HOUR  # likewise of an alert on an objective: its longest short window
_LONG_WINDOW: Final = 72 * HOUR  # in which such an alert can begin again


@dataclass(frozen=True, slots=True)
class Verdict:
    """The alerts that one incident caused: those that must find it, and others."""

    incident: Incident
    noticed_at: float
    over: float  # when the incident or the simulation ended
    found: Sequence[Firing]
    also: Sequence[Firing]

    @property
    def after(self) -> float:
        """Seconds from its beginning until it was found."""
        return min(one.begins for one in self.found) - self.incident.begins

    @property
    def noticed(self) -> float:
        """Seconds from the first run that noticed it until it was found."""
        return min(one.begins for one in self.found) - self.noticed_at

    @property
    def resolved(self) -> float | None:
        """Seconds from its end until all alerts that found it had ended; None if it never ends."""
        if self.incident.kind.is_for_good:
            return None
        return max(one.ends for one in self.found) - self.incident.ends

    def failures(self) -> Iterator[str]:
        """Say what is wrong: alerts that did not fire, too late, or not until the end."""
        name, fired = self.incident.kind.name, {one.alert for one in self.found}
        for alert in self.incident.kind.found_by:
            if alert not in fired:
                yield f"{name}: {alert} did not fire"
        if not self.found:
            return
        if self.noticed > AT_MOST:
            yield f"{name}: found {self.noticed / HOUR:.2f} h after the first run"
        if all(one.ends < self.over for one in self.found):
            yield f"{name}: nothing fires at its end any more"


@dataclass(frozen=True, slots=True)
class Judged:
    """All verdicts, and alerts that no incident explains.

    `again` are alerts on objectives that began again: most of a budget is spent, and little burns.
    """

    verdicts: Sequence[Verdict]
    again: Sequence[Firing]
    false_alarms: Sequence[Firing]
    inhibited: Sequence[Firing]


def judge(simulated: Simulated, firings: Sequence[Firing], rules: Sequence[Inhibition]) -> Judged:
    """Find the incidents that explain the alerts which are sent."""
    sent = [one for one in firings if is_sent(one, firings, rules)]
    verdicts = [_verdict(incident, sent, simulated) for incident in simulated.incidents]
    explained = {id(one) for verdict in verdicts for one in (*verdict.found, *verdict.also)}
    others = [one for one in sent if id(one) not in explained]
    again = [one for one in others if _begins_again(one, simulated.incidents)]
    return Judged(
        verdicts,
        again,
        [one for one in others if one not in again],
        [one for one in firings if one not in sent],
    )


def _verdict(incident: Incident, sent: Sequence[Firing], simulated: Simulated) -> Verdict:
    return Verdict(
        incident,
        simulated.noticed(incident),
        min(incident.ends, simulated.ends),
        [one for one in sent if _explains(incident, one, incident.kind.found_by)],
        [one for one in sent if _explains(incident, one, incident.kind.also)],
    )


def _explains(incident: Incident, firing: Firing, alerts: Sequence[str]) -> bool:
    """Whether an alert is one of these, about the same source or command, and at the time."""
    labels = dict(firing.labels)
    afterwards = _SHORT_WINDOW if "slo" in labels else _AFTERWARDS
    return (
        firing.alert in alerts
        and labels.get(incident.kind.label, incident.target) == incident.target
        and incident.begins <= firing.begins <= incident.ends + afterwards
    )


def _begins_again(firing: Firing, incidents: Sequence[Incident]) -> bool:
    return "slo" in dict(firing.labels) and any(
        firing.alert in (*one.kind.found_by, *one.kind.also)
        and one.ends <= firing.begins <= one.ends + _LONG_WINDOW
        for one in incidents
    )

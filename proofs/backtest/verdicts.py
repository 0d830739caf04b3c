"""Which alerts found which incident, how long after it began, and which are false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proofs.backtest.calendar import HOUR, SCHEDULE
from proofs.backtest.firing import Firing
from proofs.backtest.incidents import Incident
from proofs.backtest.inhibition import Inhibition, is_sent

AT_MOST = 2 * SCHEDULE  # seconds until an incident is found, once something has noticed it
_AFTERWARDS = 3 * HOUR  # in which an alert may still begin because of an incident
_BUDGETS = 72 * HOUR  # likewise of an alert on an objective, which looks back three days


@dataclass(frozen=True, slots=True)
class Verdict:
    """The alerts that one incident caused: those that must find it, and others."""

    incident: Incident
    found: Sequence[Firing]
    also: Sequence[Firing]

    @property
    def after(self) -> float:
        """Seconds from its beginning until it was found."""
        return min(one.begins for one in self.found) - self.incident.begins

    @property
    def noticed(self) -> float:
        """Seconds from the first run that noticed it until it was found."""
        return min(one.begins for one in self.found) - self.incident.touches

    def failures(self) -> list[str]:
        """Say what is wrong: alerts that did not fire, or too late."""
        name, fired = self.incident.kind.name, {one.alert for one in self.found}
        missing = [alert for alert in self.incident.kind.found_by if alert not in fired]
        failed = [f"{name}: {alert} did not fire" for alert in missing]
        if self.found and self.noticed > AT_MOST:
            failed.append(f"{name}: found {self.noticed / HOUR:.2f} h after the first run")
        return failed


@dataclass(frozen=True, slots=True)
class Judged:
    """All verdicts, and alerts that no incident explains."""

    verdicts: Sequence[Verdict]
    false_alarms: Sequence[Firing]
    inhibited: Sequence[Firing]


def judge(
    incidents: Sequence[Incident], firings: Sequence[Firing], rules: Sequence[Inhibition]
) -> Judged:
    """Find the incidents that explain the alerts which are sent."""
    sent = [one for one in firings if is_sent(one, firings, rules)]
    verdicts = [
        Verdict(
            incident,
            [one for one in sent if _explains(incident, one, incident.kind.found_by)],
            [one for one in sent if _explains(incident, one, incident.kind.also)],
        )
        for incident in incidents
    ]
    explained = {id(one) for verdict in verdicts for one in (*verdict.found, *verdict.also)}
    return Judged(
        verdicts,
        [one for one in sent if id(one) not in explained],
        [one for one in firings if one not in sent],
    )


def _explains(incident: Incident, firing: Firing, alerts: Sequence[str]) -> bool:
    labels = dict(firing.labels)
    named = labels.get(incident.kind.label, incident.target)
    afterwards = _BUDGETS if "slo" in labels else _AFTERWARDS
    return (
        firing.alert in alerts
        and incident.begins <= firing.begins <= incident.ends + afterwards
        and (named == incident.target or firing.alert in incident.kind.also)
    )

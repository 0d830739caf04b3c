"""The torture proof: carries out the plan of a seed and returns a table."""

from __future__ import annotations

from collections import Counter

from proofs.programs.acknowledged import DIED_BEFORE
from proofs.support.section import Section
from proofs.support.tables import table
from proofs.torture.bounds import acknowledged, delivered
from proofs.torture.plan import plan
from proofs.torture.torturing import JOB, Outcome, carry_out

RUNS = 300
SEED = 4


def prove(seed: int = SEED, runs: int = RUNS) -> Section:
    """Carry out the plan of that seed."""
    outcome = carry_out(plan(seed, runs))
    failures = list(outcome.failures())
    acknowledged_calls = acknowledged(outcome.results)
    arrived = delivered(outcome.samples, JOB)
    deaths = Counter(one.run.death.value for one in outcome.results)
    rows = [
        ["runs", f"{len(outcome.results)}: " + ", ".join(f"{n} {d}" for d, n in deaths.items())],
        ["killed before", _events_at_death(outcome)],
        ["calls acknowledged", f"{sum(acknowledged_calls):,}"],
        ["calls delivered", f"{sum(arrived):,.0f}"],
        ["calls in flight when killed", f"at most {sum(r.in_flight for r in outcome.results)}"],
        ["restarts of the gateway", f"{sum(r.restart is not None for r in outcome.plan.runs)}"],
        ["disk full for a while", "yes" if outcome.disk_was_full else "NOT TESTED: needs root"],
        ["counters that decreased", f"{len(outcome.decreased)}"],
    ]
    return Section(f"Torture, seed {seed}", table(["", ""], rows), failures)


def _events_at_death(outcome: Outcome) -> str:
    """Return the events before which workers were killed, most frequent first."""
    lines = (line for one in outcome.results for line in one.errors.splitlines())
    words = (line.removeprefix(DIED_BEFORE) for line in lines if line.startswith(DIED_BEFORE))
    return ", ".join(f"{count} {word.strip()}" for word, count in Counter(words).most_common())

"""The proof: a plan of a seed, carried out, as a table."""

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
    noted = acknowledged(outcome.results)
    arrived = delivered(outcome.samples, JOB)
    deaths = Counter(one.run.death.value for one in outcome.results)
    rows = [
        ["runs", f"{len(outcome.results)}: " + ", ".join(f"{n} {d}" for d, n in deaths.items())],
        ["died before", _last_words(outcome)],
        ["calls acknowledged", f"{sum(noted):,}"],
        ["calls delivered", f"{sum(arrived):,.0f}"],
        ["calls in flight when killed", f"at most {sum(r.in_flight for r in outcome.results)}"],
        ["restarts of the gateway", f"{sum(r.restart is not None for r in outcome.plan.runs)}"],
        ["disk full for a while", "yes" if outcome.disk_was_full else "LEFT OUT: needs root"],
        ["counters that went back", f"{len(outcome.gone_back)}"],
    ]
    return Section(f"Torture, seed {seed}", table(["", ""], rows), failures)


def _last_words(outcome: Outcome) -> str:
    """What the workers were about to do that an event ended, most frequent first."""
    lines = (line for one in outcome.results for line in one.errors.splitlines())
    words = (line.removeprefix(DIED_BEFORE) for line in lines if line.startswith(DIED_BEFORE))
    return ", ".join(f"{count} {word.strip()}" for word, count in Counter(words).most_common())

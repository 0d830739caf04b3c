"""Runs that die at random instants lose nothing, and a seed makes the same plan again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proofs.programs.acknowledged import THINGS
from proofs.support.libraries import COUNTER
from proofs.torture.bounds import violations
from proofs.torture.plan import plan
from proofs.torture.torturing import JOB, carry_out
from proofs.torture.worker import Result
from tests.support.needs import require_servers

RUNS, SEED = 60, 20


@pytest.mark.proof
def test_nothing_acknowledged_is_lost_and_nothing_counts_twice() -> None:
    require_servers()
    outcome = carry_out(plan(SEED, RUNS))
    assert not list(outcome.failures())
    assert len(outcome.results) >= RUNS


def test_a_seed_makes_the_same_plan_again() -> None:
    assert plan(SEED, RUNS) == plan(SEED, RUNS)
    assert plan(SEED, RUNS) != plan(SEED + 1, RUNS)


def test_one_too_few_and_one_too_many_are_seen() -> None:
    run = replace(plan(SEED, 1).runs[0], number=0)
    counts = [1, *[0] * (len(THINGS) - 1)]
    exact = Result(run, counts, in_flight=0, code=0, errors="")
    killed = replace(exact, in_flight=1)

    def found(value: float, result: Result) -> list[str]:
        labels = frozenset({("job", JOB), ("instance", "host")})
        return list(violations({(COUNTER, labels): value}, JOB, [result]))

    assert not found(1.0, exact)
    assert found(0.0, exact)
    assert found(2.0, exact)
    assert not found(2.0, killed)
    assert found(3.0, killed)
    assert found(0.0, killed)

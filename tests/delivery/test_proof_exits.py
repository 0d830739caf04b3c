"""Of five that a program counts five arrive, however it ends, and it ends as without us."""

from __future__ import annotations

import pytest

from proofs.exit_matrix import Outcome, outcomes
from proofs.programs.names import COUNTED, ENDINGS
from proofs.support.libraries import OURS, Library
from tests.support.needs import require_servers

Outcomes = dict[tuple[str, Library], Outcome]


@pytest.fixture(scope="module")
def found() -> Outcomes:
    """The whole matrix of ours, whose programs run several at a time."""
    require_servers()
    return outcomes(OURS)


@pytest.mark.proof
@pytest.mark.parametrize("library", OURS, ids=lambda library: library.value)
@pytest.mark.parametrize("ending", ENDINGS)
def test_everything_arrives_and_the_end_is_what_it_was(
    ending: str, library: Library, found: Outcomes
) -> None:
    assert not list(found[ending, library].failures())


def test_a_return_and_a_kill_lose_nothing() -> None:
    require_servers()
    for outcome in outcomes(OURS, ("return", "SIGKILL")).values():
        assert not list(outcome.failures())


@pytest.mark.proof
def test_the_matrix_shows_what_peers_lose() -> None:
    require_servers()
    endings = ("return", "SIGKILL")
    lost = outcomes((Library.CLIENT, Library.OPENTELEMETRY), endings)
    arrived = {key: outcome.later for key, outcome in lost.items()}
    assert arrived == {
        ("return", Library.CLIENT): COUNTED,
        ("return", Library.OPENTELEMETRY): COUNTED,
        ("SIGKILL", Library.CLIENT): 0,
        ("SIGKILL", Library.OPENTELEMETRY): 0,
    }

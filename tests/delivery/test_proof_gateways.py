"""Hostile gateways delay no exit beyond the budget and lose nothing; workers and hosts add up."""

from __future__ import annotations

import pytest

from proofs import fan_in
from proofs.gateways import Outcome, outcomes
from proofs.support.hostile import HOSTILE
from proofs.support.libraries import OURS, Library
from tests.support.needs import require_servers


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, Library], Outcome]:
    """What came of every gateway, met several at a time."""
    require_servers()
    return {(one.gateway, one.library): one for one in outcomes(OURS)}


@pytest.mark.proof
@pytest.mark.alone
@pytest.mark.parametrize("library", OURS, ids=lambda library: library.value)
@pytest.mark.parametrize("gateway", HOSTILE)
def test_the_program_ends_in_time_and_nothing_is_lost(
    gateway: str, library: Library, found: dict[tuple[str, Library], Outcome]
) -> None:
    assert not list(found[gateway, library].failures())


@pytest.mark.proof
def test_workers_add_up_and_hosts_keep_apart() -> None:
    require_servers()
    for one in fan_in.measure(OURS):
        assert not one.failures()

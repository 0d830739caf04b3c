"""A day of the SMS pipeline: the generated rules find three incidents, and nothing else."""

from __future__ import annotations

import pytest

from proofs.backtest.kinds import KINDS
from proofs.backtest.proof import back_test, generated_rules
from tests.support.needs import require_servers

INCIDENTS = ("all sources fail", "pages changed", "the heartbeat stops")
HOURS = 24


@pytest.mark.proof
def test_a_day_with_three_incidents_has_their_alerts_and_no_others() -> None:
    require_servers()
    kinds = [kind for kind in KINDS if kind.name in INCIDENTS]
    found = back_test(11, generated_rules(), kinds, HOURS)
    assert {one.incident.kind.name for one in found.judged.verdicts if one.found} == {*INCIDENTS}
    assert found.failures() == []

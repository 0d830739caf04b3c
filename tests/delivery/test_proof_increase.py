"""What `increase()` says of three short runs is what they counted."""

from __future__ import annotations

import pytest

from proofs.increase import measure
from proofs.support.libraries import OURS
from tests.support.needs import require_newer_prometheus


@pytest.mark.proof
def test_three_short_runs_of_five_are_fifteen() -> None:
    require_newer_prometheus()
    for one in measure(libraries=OURS):
        assert not one.failures()

"""Budgets that values over time exhaust: what logs, `typedprom-spool status` and a gateway show."""

from __future__ import annotations

import json

from tests.delivery.gateway import SUCCESS, Delivering, held

BUDGET = 100
LATER = """
import time
real = time.time
time.time = lambda: real() + 31 * 24 * 3600
"""
FOLDED = (
    f"label `source_id` of `{SUCCESS}` has more than 100 values over all runs of the spool; 'b0' "
    "is added up as `_overflow`, as are all further ones: raise the budget in the catalog, or "
    "remove what is no longer needed with `typedprom-spool retire` (further ones are not logged)\n"
)
COUNTED = f'typedprom_label_overflow_total{{label="source_id",metric="{SUCCESS}"}}'


def recording(letter: str, count: int) -> str:
    """A program that records into so many series."""
    return f"""
from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS
for number in range({count}):
    SOURCES_REQUESTS_SUCCESS.inc(source_id=f"{letter}{{number}}")
"""


def sources(delivering: Delivering) -> dict[str, float]:
    """What the gateway holds of each source."""
    found = held(delivering.port).items()
    start = f'{SUCCESS}{{source_id="'
    return {name[len(start) : -2]: value for name, value in found if name.startswith(start)}


def test_what_is_folded_is_told_and_makes_room_later(delivering: Delivering) -> None:
    delivering.run(recording("a", BUDGET))
    assert len(sources(delivering)) == BUDGET
    assert COUNTED not in held(delivering.port)
    delivering.run(recording("b", 3), errors=FOLDED)
    assert sources(delivering)["_overflow"] == 3.0
    assert held(delivering.port)[COUNTED] == 3.0
    done = delivering.spool_command("deliver", str(delivering.spool))
    assert (done.returncode, done.stderr) == (0, "")
    assert held(delivering.port)[COUNTED] == 3.0
    delivering.run(LATER + recording("a", BUDGET - 2))
    output = run_later(delivering, recording("c", 2))
    assert "'a98', of which nothing was recorded for 30 days, is no longer delivered" in output
    now = sources(delivering)
    assert now.pop("_overflow") == 3.0
    assert (now.pop("c0"), now.pop("c1")) == (1.0, 1.0)
    assert now == {f"a{number}": 2.0 for number in range(BUDGET - 2)}
    assert held(delivering.port)[COUNTED] == 3.0
    done = delivering.spool_command("status", str(delivering.spool))
    assert f"  {SUCCESS}  source_id  100     100   3\n" in done.stdout
    done = delivering.spool_command("status", str(delivering.spool), "--json")
    expected = {"metric": SUCCESS, "label": "source_id", "budget": 100, "held": 100, "folded": 3}
    assert expected in json.loads(done.stdout)["budgets"]


def run_later(delivering: Delivering, program: str) -> str:
    """Run a program a month later; its errors."""
    with delivering.start(LATER + program) as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    return errors

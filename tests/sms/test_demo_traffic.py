"""The demo's traffic records every metric and is reproducible."""

from __future__ import annotations

import json

from tests.sms.inventory import INVENTORY
from tests.support.programs import run_python

PROGRAM = """
import json
from prometheus_client import REGISTRY
from examples.demo import ROUNDS
from examples.sms.commands import Pipeline
from examples.sms.tally import tally_of
from examples.sms.simulation import Simulation

pipeline = Pipeline(Simulation())
for _ in range(ROUNDS):
    pipeline.round()
tally = tally_of(pipeline.journal.facts)
samples = [s for family in REGISTRY.collect() for s in family.samples if s.name.startswith("sms_")]
driven = {s.name for s in samples if s.value and not s.name.endswith("_created")}
kept = {"counters": {n: sum(v.values()) for n, v in tally.counters.items()}}
print(json.dumps({"counted": sorted(tally.names), "driven": sorted(driven), **kept}))
"""


def _traffic() -> dict[str, object]:
    done = run_python("-c", PROGRAM)
    assert done.returncode == 0, done.stderr
    result: dict[str, object] = json.loads(done.stdout)
    return result


def test_every_metric_is_recorded_and_counted() -> None:
    traffic = _traffic()
    assert traffic["counted"] == sorted(INVENTORY)
    exposed = traffic["driven"]
    assert isinstance(exposed, list)
    for name, entry in INVENTORY.items():
        assert (f"{name}_count" if entry.type == "histogram" else name) in exposed


def test_traffic_is_the_same_each_time() -> None:
    assert _traffic() == _traffic()

"""A clock that is wrong, before 1970 or far in the future, or that is set: every count stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.spool.programs import BEGIN, expected
from tests.support.programs import run_python
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.store import SpoolStore

BEFORE_1970 = -86_400.0 * 365
AFTER_BOOT = 5.0
FAR = 2.0e11  # in the year 8307
# It is replaced before anything of ours is imported.
CLOCK = """
import time
clock, since = {clock!r}, time.monotonic()
time.time = lambda: clock + time.monotonic() - since
time.time_ns = lambda: int(time.time() * 1e9)
"""
RECORD = BEGIN + "record(); spool.refresh()\n"
# Merges, writes in every format, and prints what is counted.
READ = """
import json, os
from pathlib import Path
from typedprom.delivery import cli
from typedprom.delivery.otlp_data import metrics_data
from typedprom.exposition.family_text import TextRenderer
from typedprom.exposition.protobuf import ProtobufRenderer
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.store import SpoolStore
from google.protobuf.message import Message
spool = Path(os.environ["TYPEDPROM_SPOOL_DIR"])
store = SpoolStore(SpoolDirectory(spool))
families = store.collect()
names = {family.definition.name for family in families}
assert ProtobufRenderer().parts(families).keys() == names
(resource,) = metrics_data(families, {}).resource_metrics
assert {metric.name for metric in resource.scope_metrics[0].metrics} == names
assert store.status().damaged == [] and store.status().skipped == []
assert cli.main(["status", str(spool)]) == 0
assert cli.main(["deliver", str(spool), "--textfile", str(spool / "out.prom")]) == 0
"""
CLOCKS = [BEFORE_1970, -0.5, AFTER_BOOT, FAR, None]


def run(program: str, clock: float | None) -> str:
    done = run_python("-c", ("" if clock is None else CLOCK.format(clock=clock)) + program)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def counted(spool: Path) -> dict[str, list[float]]:
    store = SpoolStore(SpoolDirectory(spool))
    assert store.status().damaged == []
    assert store.status().skipped == []
    return {
        family.definition.name + (json.dumps(dict(labels)) if labels else ""): numbers[1:]
        for family in store.collect()
        for labels, numbers in family.series.items()
        if family.definition.name.startswith("x_")
    }


def wanted(times: int) -> dict[str, list[float]]:
    """What `counted` returns."""
    return {
        key.replace("{", '{"').replace("=", '": '): numbers
        for key, numbers in expected(times).items()
    }


@pytest.mark.parametrize(
    ("clock", "reader"),
    [
        (BEFORE_1970, BEFORE_1970),
        (BEFORE_1970, None),
        (None, BEFORE_1970),
        pytest.param(AFTER_BOOT, None, marks=pytest.mark.slow),
        pytest.param(None, AFTER_BOOT, marks=pytest.mark.slow),
        pytest.param(AFTER_BOOT, BEFORE_1970, marks=pytest.mark.slow),
        pytest.param(FAR, None, marks=pytest.mark.slow),
        pytest.param(None, FAR, marks=pytest.mark.slow),
        pytest.param(FAR, BEFORE_1970, marks=pytest.mark.slow),
    ],
)
def test_whatever_clocks_say_everything_counts(
    clock: float | None, reader: float | None, spool: Path
) -> None:
    for times in (1, 2):
        run(RECORD, clock)
        run(READ, reader)
        assert counted(spool) == wanted(times)
    run(RECORD, None)
    run(READ, None)
    assert counted(spool) == wanted(3)


def test_a_clock_may_be_set_while_a_process_records(spool: Path) -> None:
    run(
        CLOCK.format(clock=BEFORE_1970)
        + RECORD
        + """
for clock in (-5.0, 1.8e9, 0.5, 3.0e10, 1.8e9):
    record()
    BY.remove(source="a")
    LEVELS.remove(source="a")
    record()
    READ
""".replace("READ", "\n    ".join(READ.splitlines())),
        None,
    )
    assert counted(spool) == wanted(11)
    assert {path.suffix for path in (spool / "runs").iterdir()} <= {".run"}

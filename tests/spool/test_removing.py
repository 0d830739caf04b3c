"""Removed series, and infos that change, take no more room than there is of them at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.spool.programs import BEGIN, found, run
from tests.spool.recorded import recorded, run_files
from tests.support.programs import ROOT, run_python

AT_ONCE = """
from typedprom.spool import run_file
run_file._REST_SECONDS = 0.0
"""


@pytest.mark.parametrize("rest", ["0.0", "0.05"])
def test_records_of_removed_gauges_and_old_infos_are_used_again(rest: str, spool: Path) -> None:
    run(f"""
import gc
from typedprom.spool import run_file
run_file._REST_SECONDS = {rest}
kept = LEVELS.labels(source="kept")
kept.set(7)
HITS.inc(2)
for number in range(10_000):
    source = f"source-{{number:05}}"
    LEVELS.labels(source=source).set(number)
    LEVELS.remove(source=source)
    BUILD.set(version=source)
(path,) = directory.glob("runs/*.run")
assert path.stat().st_size <= (1 << 16 if not {rest} else 1 << 22), path.stat().st_size
assert len(gc.get_objects()) < 200_000
assert len([one for one in gc.get_objects() if isinstance(one, type(kept))]) < 50
kept.inc()
""")
    assert found(spool) == {
        "x_hits_total": [2.0],
        'x_levels{source="kept"}': [8.0],
        'x_build_info{version="source-09999"}': [1.0],
    }


def test_a_handle_of_a_removed_gauge_brings_it_back_elsewhere(spool: Path) -> None:
    run(
        AT_ONCE
        + """
bound = LEVELS.labels(source="a")
bound.set(1)
LEVELS.remove(source="a")
LEVELS.labels(source="b").set(2)
bound.inc(5)
LEVELS.remove(source="b")
LEVELS.labels(source="b").set(0.0)
"""
    )
    (file,) = run_files(spool)
    assert len(list(file.series())) == 2
    assert found(spool) == {'x_levels{source="a"}': [5.0], 'x_levels{source="b"}': [0.0]}


def test_an_info_is_there_once_however_often_it_changes(spool: Path) -> None:
    run(
        AT_ONCE
        + """
sys.setswitchinterval(1e-5)
def work(number):
    for turn in range(300):
        BUILD.set(version=f"{number}.{turn % 5}")
threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
spool.refresh()
from tests.spool.recorded import recorded
(said,) = BUILD.cells()[0].snapshot()
assert recorded(directory) == {f'x_build_info{{version="{said}"}}': [1.0]}, recorded(directory)
BUILD.clear()
"""
    )
    assert found(spool) == {}


def test_removed_counters_count_on(spool: Path) -> None:
    run("""
bound = BY.labels(source="0")
for turn in range(2):
    for number in range(2000):
        BY.labels(source=str(number)).inc()
        BY.remove(source=str(number))
bound.inc()
if os.fork() == 0:
    bound.inc(100)
    BY.labels(source="1").inc(100)
    os._exit(0)
os.wait()
""")
    sums = recorded(spool)
    assert sums.pop('x_by_total{source="0"}') == [103.0]
    assert sums.pop('x_by_total{source="1"}') == [102.0]
    assert list(sums.values()) == [[2.0]] * 1998
    sizes = sorted(len(list(file.series())) for file in run_files(spool))
    assert sizes == [2, 2000]  # each has one record


BUDGETS = """
from typedprom import Histogram, LabelledHistogram, ClosedLabel
from typedprom.metrics.cells import HistogramCell

class ByTwo(LabelledCounter[dict[str, dict[str, CounterCell]]]):
    __slots__ = ()
    def labels(self, *, method, session):
        return self._cell(method, session)
    def remove(self, *, method, session):
        self._remove(method, session)

class TookByTwo(LabelledHistogram[dict[str, dict[str, HistogramCell]]]):
    __slots__ = ()
    def labels(self, *, method, session):
        return self._cell(method, session)
    def remove(self, *, method, session):
        self._remove(method, session)

METHOD = ClosedLabel("method", help="How.", values=("GET", "PUT"))
FEW = OpenLabel("session", help="Which.", budget=10)
MANY = OpenLabel("session", help="Which.", budget=1_000_000)
def counter(name, session, budget=None):
    return ByTwo(CATALOG, key=name, name=f"x_{name}_total", help="Some.",
                 labels=(METHOD, session), budget=budget)
FEW_VALUES = counter("values", FEW)
FEW_SERIES = counter("series", MANY, 50)
NO_LIMIT = counter("unlimited", MANY)
HISTOGRAM = TookByTwo(CATALOG, key="took_by", name="x_took_by_seconds", help="Some.",
                      labels=(METHOD, FEW), buckets=(1.0,))
def count(metric, number):
    here = {"method": "GET" if number % 2 else "PUT", "session": f"session-{number}"}
    cell = metric.labels(**here)
    cell.observe(1.0) if metric is HISTOGRAM else cell.inc()
    if number % 3:
        metric.remove(**here)
    else:
        metric.clear()
def size():
    return sum(path.stat().st_size for path in directory.glob("runs/*.run"))
"""


@pytest.mark.parametrize(
    ("metric", "most", "overflown"),
    [
        (
            "FEW_VALUES",
            10,
            {'{method="GET",session="_overflow"}', '{method="PUT",session="_overflow"}'},
        ),
        (
            "HISTOGRAM",
            10,
            {'{method="GET",session="_overflow"}', '{method="PUT",session="_overflow"}'},
        ),
        ("FEW_SERIES", 50, {'{method="_overflow",session="_overflow"}'}),
        ("NO_LIMIT", 10_000, {'{method="_overflow",session="_overflow"}'}),
    ],
)
def test_what_a_series_per_session_takes_is_bounded_by_budgets(
    metric: str, most: int, overflown: set[str], spool: Path
) -> None:
    done = run_python(
        "-c",
        BEGIN
        + BUDGETS
        + f"""
import gc
for number in range({most} + 100):
    count({metric}, number)
gc.collect()
before, objects = size(), len(gc.get_objects())
for number in range({most} + 100, {most} + 3100):
    count({metric}, number)
gc.collect()
assert size() == before, (before, size())
assert len(gc.get_objects()) < objects + 500, (objects, len(gc.get_objects()))
print({metric}.name)
""",
    )
    assert (done.returncode, done.stderr.count("\n")) == (0, 1), done.stderr
    assert "`_overflow`" in done.stderr
    name = done.stdout.strip()
    series = {key: numbers for key, numbers in found(spool).items() if key.startswith(name)}
    assert sum(numbers[0] for numbers in series.values()) == most + 3100
    assert {name + labels for labels in overflown} <= series.keys()
    assert len(series) == most + len(overflown)
    assert recorded(spool).keys() & {
        f'typedprom_label_overflow_total{{label="session",metric="{name}"}}',
        f'typedprom_label_overflow_total{{label="",metric="{name}"}}',
    }


def test_a_series_that_was_never_recorded_gives_its_budget_back(spool: Path) -> None:
    run(
        BUDGETS
        + """
for number in range(100):
    FEW_VALUES.labels(method="GET", session=str(number))
    FEW_VALUES.remove(method="GET", session=str(number))
FEW_VALUES.labels(method="GET", session="last").inc()
"""
    )
    assert found(spool)['x_values_total{method="GET",session="last"}'] == [1.0]


def test_a_series_that_comes_and_goes_has_one_record(spool: Path) -> None:
    run("""
for turn in range(500):
    BY.labels(source="a").inc()
    BY.remove(source="a")
""")
    (file,) = run_files(spool)
    assert [numbers[1] for _, _, numbers in file.series()] == [500.0]


@pytest.mark.usefixtures("spool")
def test_who_reads_meanwhile_sees_each_series_as_it_is() -> None:
    out = run("""
import subprocess
from typedprom.spool import run_file
run_file._REST_SECONDS = 1.0
reader = '''
import sys
import subprocess
import sys
from pathlib import Path
from typedprom.spool.run_reader import RunReading
(path,) = Path(sys.argv[1]).glob("runs/*.run")
file, read, seen = RunReading(path), 0, set()
print("ready", flush=True)
while Path(sys.argv[1], "go").exists():
    file = RunReading(file.path, file.layout)
    if file.damage:  # the system let it wait in the middle of reading, for longer than space rests
        file = RunReading(path)
    assert not file.damage, file.damage
    for definition, labels, numbers in file.series():
        if labels:
            assert float(dict(labels)["source"]) == numbers[1], (labels, numbers)
            seen.add(numbers[1])
    read += 1
print(read > 5 and len(seen) > 5)
'''
(directory / "go").touch()
HITS.inc()
arguments = [sys.executable, "-c", reader, str(directory)]
with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as child:
    assert child.stdout.readline() == "ready\\n"
    until = time.monotonic() + 3
    while time.monotonic() < until:
        for number in range(1000, 1200):
            LEVELS.labels(source=str(number)).set(number)
        for number in range(1000, 1200):
            LEVELS.remove(source=str(number))
    (directory / "go").unlink()
    print(child.stdout.read())
    assert child.wait() == 0
""")
    assert out.strip() == "True"


def test_space_is_used_again_by_records_of_about_the_same_length(spool: Path) -> None:
    run(
        AT_ONCE
        + """
import random
lengths = random.Random(7)
for number in range(20_000):
    source = "s" * lengths.randrange(1, 2000)
    LEVELS.labels(source=source).set(number)
    LEVELS.remove(source=source)
    BUILD.set(version=source[::-1])
(path,) = directory.glob("runs/*.run")
assert path.stat().st_size <= 1 << 18, path.stat().st_size
LEVELS.labels(source="last").set(1)
"""
    )
    (file,) = run_files(spool)
    assert not file.damage
    assert len(list(file.series())) == 2
    assert found(spool)['x_levels{source="last"}'] == [1.0]


def test_a_kill_amid_removals_loses_nothing_that_was_acknowledged(spool: Path) -> None:
    source = (
        BEGIN
        + BUDGETS
        + """
os.set_blocking(1, True)
def work(thread):
    for number in range(10**9):
        FEW_VALUES.labels(method="GET", session=f"{thread}-{number % 300}").inc()
        os.write(1, b".")
        FEW_VALUES.remove(method="GET", session=f"{thread}-{number % 300}")
        if number % 100 == 0:
            FEW_VALUES.clear()
sys.setswitchinterval(1e-5)
[threading.Thread(target=work, args=(thread,)).start() for thread in range(THREADS)]
""".replace("THREADS", "4")
    )
    with subprocess.Popen(
        [sys.executable, "-c", source], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        acknowledged = len(process.stdout.read(20_000))
        process.kill()
        acknowledged += len(process.stdout.read())
    (file,) = run_files(spool)
    counts = [
        numbers[1]
        for definition, _, numbers in file.series()
        if definition.name == "x_values_total"
    ]
    assert acknowledged <= sum(counts) <= acknowledged + 4
    assert len(counts) <= 200  # the budget, and what threads placed at the same time


def test_threads_that_remove_the_same_series_share_its_record(spool: Path) -> None:
    run("""
def work():
    for number in range(3000):
        BY.labels(source=str(number % 5)).inc()
        BY.remove(source=str(number % 5))
sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=work) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
""")
    (file,) = run_files(spool)
    counts = [numbers[1] for definition, _, numbers in file.series() if definition.labels]
    assert sum(counts) == 4 * 3000
    # One for each of few; further ones only where threads placed the same at the same time.
    assert len(counts) < 4 * 3000 / 10

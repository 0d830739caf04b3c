"""Removed series, and infos that change, take no more room than there is of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spool.programs import found, run
from tests.spool.recorded import recorded, run_files

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


def test_removed_counters_count_on_though_few_are_kept(spool: Path) -> None:
    run("""
bound = BY.labels(source="0")
for turn in range(2):
    for number in range(2000):
        BY.labels(source=str(number)).inc()
        BY.remove(source=str(number))
assert len(spool._removed) == 1000
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
    assert len(run_files(spool)) == 2


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

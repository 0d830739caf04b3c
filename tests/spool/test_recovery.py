"""A spool that is away for a while, or whose file the process is robbed of, loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spool.programs import BEGIN, expected, found, run
from tests.spool.recorded import recorded, run_files
from tests.support.programs import run_python
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.store import SpoolStore

FAULTS = "typedprom_spool_faults_total"


@pytest.mark.parametrize("again", ["", "record()"])
def test_what_was_recorded_while_the_folder_was_away_is_made_up_for(
    again: str, spool: Path
) -> None:
    spool.write_text("a file")
    run(
        f"""
record()
directory.unlink()
spool.refresh()
{again}
""",
        errors="is not a directory; data stays in memory",
    )
    assert found(spool) == expected(2 if again else 1)
    assert recorded(spool)[f'{FAULTS}{{fault="unavailable"}}'][0] >= 1


def test_the_exit_makes_up_for_it_even_if_nothing_had_a_place(spool: Path) -> None:
    spool.write_text("a file")
    run("record(); assert spool.recorded; directory.unlink()", errors="is not a directory")
    assert found(spool) == expected(1)


def test_gauges_are_as_old_as_they_were_set(spool: Path) -> None:
    spool.write_text("a file")
    out = run(
        """
record()
now = time.time()
time.sleep(0.2)
directory.unlink()
spool.refresh()
print(now)
""",
        errors="is not a directory",
    )
    (file,) = run_files(spool)
    for definition, _, numbers in file.series():
        if definition.type in ("gauge", "info", "stateset"):
            assert numbers[0] <= float(out), definition.name


@pytest.mark.parametrize("lost", ["directory", "directory / 'runs'", "runs[0]"])
def test_a_run_that_is_removed_is_written_again(lost: str, spool: Path) -> None:
    run(
        f"""
record()
BY.labels(source="b").inc(); BY.remove(source="b")
LEVELS.labels(source="b").set(1); LEVELS.remove(source="b")
runs = [*directory.glob("runs/*.run")]
lost = {lost}
lost.unlink() if lost.is_file() else shutil.rmtree(lost)
spool.refresh()
record()
""",
        errors="its file was removed",
    )
    (file,) = run_files(spool)
    assert {"x_hits_total", "x_phase"} <= file.layout.definitions.keys()
    assert found(spool) == {**expected(2), 'x_by_total{source="b"}': [1.0]}


def test_a_run_whose_place_a_copy_took_is_written_again_once(spool: Path) -> None:
    done = run_python(
        "-c",
        BEGIN
        + """
record()
(path,) = directory.glob("runs/*.run")
copy = path.read_bytes()
path.unlink()
path.write_bytes(copy)
spool.refresh()
record()
""",
    )
    assert done.returncode == 0, done.stderr
    assert found(spool) == expected(2)
    assert len(list((spool / "damaged").glob("*.run"))) == 1


@pytest.mark.usefixtures("spool")
def test_threads_record_on_while_the_run_is_written_again() -> None:
    run(
        """
stop = threading.Event()
counts = [0] * 4
def work(number):
    own = BY.labels(source=str(number))
    while not stop.is_set():
        own.inc(); HITS.inc(); TOOK.observe(0.5)
        counts[number] += 1
threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
sys.setswitchinterval(1e-5)
[thread.start() for thread in threads]
for _ in range(20):
    time.sleep(0.01)
    [path.unlink() for path in directory.glob("runs/*.run")]
    spool.refresh()
stop.set()
[thread.join() for thread in threads]
from tests.spool.recorded import recorded
found = recorded(directory)
total = float(sum(counts))
assert found["x_hits_total"] == [total] == [HITS.cells()[0].snapshot()], (found, total)
assert found["x_took_seconds"] == [total, 0, 0, total / 2], (found, total)
for number in range(4):
    assert found[f'x_by_total{{source="{number}"}}'] == [counts[number]]
assert len([*directory.glob("runs/*.run")]) == 1
""",
        errors="its file was removed",
    )


def test_descriptors_that_the_program_closed_are_not_touched(spool: Path) -> None:
    run("""
record()
(path,) = directory.glob("runs/*.run")
ours = descriptors()
os.closerange(3, 100)
theirs = []
while not set(ours) <= set(descriptors()):
    theirs.append(open(directory.parent / f"{len(theirs)}", "w+b"))
    theirs[-1].write(b"precious"); theirs[-1].flush()
for number in range(3000):
    BY.labels(source=str(number)).inc()
spool.synchronise()
if os.fork() == 0:
    HITS.inc(10)
    os._exit(0)
os.wait()
assert {os.fstat(file.fileno()).st_size for file in theirs} == {8}
spool.refresh()
record()
assert [*directory.glob("runs/*.run")].count(path) == 1
""")
    sums = found(spool)
    assert sums["x_hits_total"] == [14.0]
    assert sums["x_took_seconds"] == [2.0, 0.0, 0.0, 1.0]
    assert sum(key.startswith("x_by_total") for key in sums) == 3001


def test_a_lock_that_was_closed_is_taken_again(spool: Path) -> None:
    out = run("""
record()
os.closerange(3, 100)
spool.refresh()
import subprocess
sweep = '''
import os
from pathlib import Path
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.store import SpoolStore
print(SpoolStore(SpoolDirectory(Path(os.environ["TYPEDPROM_SPOOL_DIR"]))).compact())
'''
print(subprocess.run([sys.executable, "-c", sweep], capture_output=True, text=True).stdout)
record()
""")
    assert out.split() == ["0"]
    assert found(spool) == expected(2)


def test_a_run_that_others_merged_meanwhile_goes_on_from_zero(spool: Path) -> None:
    run("""
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.store import SpoolStore
record()
BY.labels(source="b").inc(); BY.remove(source="b")
os.closerange(3, 100)
assert SpoolStore(SpoolDirectory(directory)).compact() == 1
spool.refresh()
assert HITS.cells()[0].snapshot() == 0 and LEVELS.labels(source="a").snapshot() == 4
record()
BY.labels(source="b").inc()
""")
    sums = expected(1)
    assert found(spool) == {**sums, 'x_by_total{source="b"}': [1.0]}
    families = {one.definition.name: one for one in SpoolStore(SpoolDirectory(spool)).collect()}
    totals = {name: [*one.series.values()] for name, one in families.items()}
    assert totals["x_hits_total"][0][1:] == [4.0]
    assert totals["x_took_seconds"][0][1:] == [2.0, 0.0, 0.0, 1.0]
    assert sorted(numbers[1] for numbers in totals["x_by_total"]) == [2.0, 6.0]
    assert totals["x_levels"][0][1:] == [4.0]


def test_a_process_without_descriptors_records_in_memory(spool: Path) -> None:
    run(
        """
def use_up():
    try:
        while True:
            os.dup(0)
    except OSError:
        pass
resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
if os.fork() == 0:
    use_up()
    record()
    os.closerange(20, 64)
    spool.refresh()
    os._exit(0)
assert os.wait()[1] == 0
""",
        errors="Too many open files",
    )
    assert found(spool) == expected(1)


def test_a_file_grows_no_larger_than_is_read(spool: Path) -> None:
    run(
        """
from typedprom.spool import run_file
run_file.LARGEST_BYTES = 256 * 1024
HITS.inc(5)
for number in range(4000):
    BY.labels(source=str(number)).inc()
(path,) = directory.glob("runs/*.run")
assert path.stat().st_size == 256 * 1024
run_file.LARGEST_BYTES *= 16
spool.refresh()
""",
        errors="as large as a run file can be",
    )
    assert recorded(spool)[f'{FAULTS}{{fault="file_full"}}'][0] >= 1
    assert f'{FAULTS}{{fault="disk_full"}}' not in recorded(spool)
    assert len(found(spool)) == 4001


def test_a_gauge_may_be_no_number(spool: Path) -> None:
    run("LEVEL.set(float('nan')); LEVEL.inc(); LEVEL.set(float('inf')); LEVEL.set(float('nan'))")
    (value,) = found(spool)["x_level"]
    assert value != value


def test_ctrl_c_while_a_cell_is_being_placed_leaves_no_trace(spool: Path) -> None:
    run("""
class Placings(dict):
    interrupts = True
    def setdefault(self, *item):
        found = super().setdefault(*item)
        if Placings.interrupts:
            Placings.interrupts = False
            raise KeyboardInterrupt
        return found
spool._placing.by_cell = Placings()
try:
    LEVEL.set(1)
    raise AssertionError
except KeyboardInterrupt:
    pass
assert not spool._placing.by_cell
LEVEL.set(2)
from typedprom.spool.placing import PlacingThread
died_in_between = PlacingThread(0, time.monotonic() - 2)
spool._placing.by_cell[id(PHASE.cells()[0])] = died_in_between
PHASE.set("up")
PHASE.set("down")
assert not spool._placing.by_cell
""")
    assert found(spool) == {"x_level": [2.0], "x_phase": [2.0]}


def test_our_own_metrics_follow_the_first_spool(spool: Path) -> None:
    done = run_python(
        "-c",
        """
import os
directory = os.environ.pop("TYPEDPROM_SPOOL_DIR")
from tests.runtime.sample import CATALOG as SAMPLE
from typedprom.delivery import job_metrics as jobs
from typedprom.metrics.self_metrics import LABEL_INVALID
assert SAMPLE.spool is None
bound = jobs.LAST_RUN.labels(command="c")
bound.set(5)
jobs.DURATION.observe(0.3, command="c")
LABEL_INVALID.inc(2.0, metric="m", label="l")
os.environ["TYPEDPROM_SPOOL_DIR"] = directory
import tests.spool.every_kind
jobs.DURATION.observe(0.3, command="c")
jobs.RUNS.labels(command="c", outcome="success").inc()
LABEL_INVALID.inc(2.0, metric="m", label="l")
bound.set(6)
""",
    )
    told = "TYPEDPROM_SPOOL_DIR was set after the metrics package of `sample` was imported"
    assert (done.returncode, done.stderr.partition(",")[0]) == (0, told)
    sums = recorded(spool)
    assert sums['typedprom_label_invalid_total{label="l",metric="m"}'] == [4.0]
    assert sums['typedprom_job_last_run_timestamp_seconds{command="c"}'] == [6.0]
    assert sums['typedprom_job_duration_seconds{command="c"}'][1] == 2.0
    assert sums['typedprom_job_runs_total{command="c",outcome="success"}'] == [1.0]


def test_constant_labels_may_come_after_recordings(
    spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TYPEDPROM_STRICT", "1")
    run("""
from typedprom.spool import run_file
run_file._REST_SECONDS = 0.0
for number in range(200):  # records of many lengths are free, early in the file
    source = "s" * (number + 50)
    LEVELS.labels(source=source).set(1)
    LEVELS.remove(source=source)
record()
CATALOG.add_constant_labels(region="eu")
BY.labels(source="b").inc()
""")
    (file,) = run_files(spool)
    assert {dict(labels).get("region") for _, labels, _ in file.series()} == {"eu"}

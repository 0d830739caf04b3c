"""Where a process's series are kept: through forks, full disks, kills, removals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.spool.recorded import recorded, run_files
from tests.support.programs import FORKS_MAY_WARN, ROOT, run_python

SUCCESS = 'sample_jobs_runs_total{error_type="dns",source_id="kexp"}'


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TYPEDPROM_SPOOL_DIR", str(tmp_path / "spool"))
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    return tmp_path / "spool"


def run(program: str, *, errors: str = "") -> str:
    done = run_python(*FORKS_MAY_WARN, "-c", program)
    assert done.returncode == 0, done.stderr
    assert errors in done.stderr if errors else done.stderr == ""
    return done.stdout


def test_a_process_has_one_file_that_only_it_may_read(spool: Path) -> None:
    run("from tests.runtime.sample import HEARTBEAT; HEARTBEAT.inc(2)")
    (file,) = run_files(spool)
    assert recorded(spool) == {"sample_heartbeat_total": [2.0]}
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert spool.stat().st_mode & 0o777 == 0o700
    assert {"sample_jobs_runs_total", "sample_jobs_queue_bytes"} <= file.layout.definitions.keys()


def test_a_forked_child_has_a_file_of_its_own_and_begins_at_zero(spool: Path) -> None:
    run("""
import os
from tests.runtime.sample import JOBS_DURATION, JOBS_QUEUE, JOBS_RUNS
bound = JOBS_RUNS.labels(source_id="kexp", error_type="dns")
bound.inc(5)
JOBS_QUEUE.set(7)
JOBS_DURATION.observe(0.5, source_id="kexp")
if os.fork() == 0:
    bound.inc()
    JOBS_DURATION.observe(0.5, source_id="kexp")
    if os.fork() == 0:
        bound.inc(100)
        os._exit(0)
    os.wait()
    os._exit(0)
os.wait()
bound.inc(1000)
""")
    counts = [
        [numbers[1] for definition, _, numbers in file.series() if definition.type == "counter"]
        for file in run_files(spool)
    ]
    assert sorted(counts) == [[1.0], [100.0], [1005.0]]
    assert recorded(spool)[SUCCESS] == [1106.0]
    assert recorded(spool)["sample_jobs_queue_bytes"] == [7.0]
    assert sum(recorded(spool)['sample_jobs_duration_seconds{source_id="kexp"}'][:-1]) == 2


def test_a_forked_child_that_records_nothing_leaves_nothing(spool: Path) -> None:
    run("""
import os
from tests.runtime.sample import HEARTBEAT
HEARTBEAT.inc()
if os.fork() == 0:
    os._exit(0)
os.wait()
""")
    assert len(run_files(spool)) == 1


def test_a_forked_child_does_not_hold_its_parents_lock(spool: Path) -> None:
    program = """
import os, sys, time
from tests.runtime.sample import HEARTBEAT
HEARTBEAT.inc()
if os.fork() == 0:
    os.close(1)
    sys.stdin.read()
    os._exit(0)
print("forked", flush=True)
os._exit(0)
"""
    check = """
import sys
from pathlib import Path
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.store import SpoolStore
print(SpoolStore(SpoolDirectory(Path(sys.argv[1]))).compact())
"""
    arguments = [sys.executable, "-c", program]
    pipe = subprocess.PIPE
    with subprocess.Popen(arguments, stdin=pipe, stdout=pipe, cwd=ROOT) as parent:
        assert parent.stdout is not None
        assert parent.stdout.read() == b"forked\n"
        parent.wait(30)
        done = run_python("-c", check, str(spool))
        assert done.stdout == "1\n", done.stderr


def test_what_is_written_to_a_closed_stderr_is_not_written_to_a_run_file(spool: Path) -> None:
    """As code in C and `Fatal Python error` do. Before 3.13 it may be appended: all counts."""
    run("""
import os
os.closerange(0, 3)
from tests.runtime.sample import HEARTBEAT
HEARTBEAT.inc()
for descriptor in range(3):
    try:
        os.write(descriptor, b"warning!" * 64)
    except OSError:  # it is closed
        pass
""")
    (file,) = run_files(spool)
    counts = {definition.name: numbers[1:] for definition, _, numbers in file.series()}
    assert counts["sample_heartbeat_total"] == [1.0]


def test_removed_counters_count_on_and_removed_gauges_are_gone(spool: Path) -> None:
    run("""
from tests.runtime.sample import JOBS_LAST_RUN, JOBS_RUNS
bound = JOBS_RUNS.labels(source_id="kexp", error_type="dns")
bound.inc(5)
JOBS_RUNS.remove(source_id="kexp", error_type="dns")
JOBS_LAST_RUN.set(1.0, error_type="dns")
JOBS_LAST_RUN.set(2.0, error_type="timeout")
JOBS_LAST_RUN.remove(error_type="dns")
bound.inc(5)
JOBS_RUNS.clear()
JOBS_RUNS.inc(5, source_id="kexp", error_type="dns")
""")
    assert recorded(spool) == {
        SUCCESS: [15.0],
        'sample_jobs_last_run_timestamp_seconds{error_type="timeout"}': [2.0],
    }


def test_infos_and_statesets_are_kept_as_they_were_last(spool: Path) -> None:
    run("""
from typedprom import Catalog, Info, OpenLabel, StateSet
catalog = Catalog(namespace="x", title="", description="", interface=1)
class Build(Info):
    __slots__ = ()
    def set(self, *, version):
        self._set((version,))
version = OpenLabel("version", help="", budget=10)
build = Build(catalog, key="b", name="x_build_info", help="h", info_labels=(version,))
mode = StateSet(catalog, key="m", name="x_mode", help="h", states=("idle", "busy", "ended"))
for one in ("1", "2", "1"):
    build.set(version=one)
mode.set("busy")
mode.set("ended")
""")
    (file,) = run_files(spool)
    said = [labels for definition, labels, _ in file.series() if definition.type == "info"]
    assert said == [(("version", "1"),)]
    assert recorded(spool)["x_mode"] == [2.0]


def test_a_function_is_asked_before_delivery(spool: Path) -> None:
    run("""
from typedprom import Catalog, Gauge
catalog = Catalog(namespace="x", title="", description="", interface=1)
gauge = Gauge(catalog, key="b", name="x_level", help="h")
gauge.set_function(lambda: 42.0)
catalog.spool.refresh()
""")
    assert recorded(spool) == {"x_level": [42.0]}


def test_a_record_may_be_larger_than_a_segment(spool: Path) -> None:
    run("""
from typedprom.metrics.labels import OpenLabel
from tests.runtime.sample._labels import JOBS_ERROR_TYPE
from tests.runtime.sample._signatures import CounterBySourceIdErrorType
from tests.runtime.sample import CATALOG
counter = CounterBySourceIdErrorType(
    CATALOG, key="1", name="sample_large_total", help="h" * 200_000,
    labels=(OpenLabel("source_id", help="", budget=9), JOBS_ERROR_TYPE))
for source in ("a" * 2_000, "b", "c" * 2_000):
    counter.inc(3, source_id=source, error_type="dns")
""")
    assert sorted(recorded(spool).values()) == [[3.0]] * 3


def test_a_full_disk_is_survived_and_made_up_for(spool: Path) -> None:
    out = run(
        """
import resource
from tests.runtime.sample._labels import JOBS_ERROR_TYPE
from tests.runtime.sample._signatures import CounterBySourceIdErrorType
from tests.runtime.sample import CATALOG
from typedprom.metrics.labels import OpenLabel
counter = CounterBySourceIdErrorType(CATALOG, key="1", name="sample_many_total", help="h",
    labels=(OpenLabel("source_id", help="", budget=9000), JOBS_ERROR_TYPE))
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
for turn in range(3):
    for source in range(2000):
        counter.inc(source_id=str(source), error_type="dns")
print(sum(cell.snapshot() for cell in counter.cells()))
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
CATALOG.spool.refresh()
""",
        errors=": File too large; data stays in memory, is not delivered, and is lost if",
    )
    assert out == "6000.0\n"
    sums = recorded(spool)
    assert sums.pop('typedprom_spool_faults_total{fault="disk_full"}')[0] >= 1
    assert sorted(sums.values()) == [[3.0]] * 2000


@pytest.mark.parametrize("blocked", ["spool", "spool/runs"])
def test_a_spool_that_cannot_be_had_is_said_once(blocked: str, spool: Path) -> None:
    path = spool.parent / blocked
    path.parent.mkdir(exist_ok=True)
    path.write_text("a file")
    done = run_python(
        "-c",
        """
from tests.runtime.sample import HEARTBEAT, JOBS_RUNS
for _ in range(100):
    HEARTBEAT.inc()
    JOBS_RUNS.inc(source_id="kexp", error_type="dns")
print(HEARTBEAT.cells()[0].snapshot())
""",
    )
    assert (done.stdout, done.returncode) == ("100.0\n", 0)
    assert done.stderr.count("\n") == 1
    assert "is not a directory; data stays in memory" in done.stderr


@pytest.mark.parametrize("seed", range(4))
def test_what_was_acknowledged_outlives_a_kill(seed: int, spool: Path) -> None:
    program = """
import sys
from tests.runtime.sample import JOBS_DURATION, JOBS_RUNS
counted = 0
while True:
    JOBS_RUNS.inc(source_id="kexp", error_type="dns")
    JOBS_DURATION.observe(0.25, source_id="kexp")
    counted += 1
    sys.stdout.write(f"{counted}\\n")
    sys.stdout.flush()
"""
    arguments = [sys.executable, "-c", program]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=ROOT) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(100 + 531 * seed)]
        child.send_signal(signal.SIGKILL)
        acknowledged = int([*lines, *child.stdout][-1])
    sums = recorded(spool)
    assert acknowledged <= sums[SUCCESS][0] <= acknowledged + 1
    *buckets, total = sums['sample_jobs_duration_seconds{source_id="kexp"}']
    assert acknowledged <= sum(buckets) <= acknowledged + 1
    assert abs(total - 0.25 * sum(buckets)) <= 0.25


def test_under_pytest_what_the_shell_names_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("""
from tests.runtime.sample import CATALOG, HEARTBEAT
def test_it():
    HEARTBEAT.inc()
    assert CATALOG.spool is None
""")
    for setting, ending in (("", 0), ("-o typedprom_delivery=true", 1)):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *setting.split(), "."],
            cwd=tmp_path,
            env=os.environ
            | {"TYPEDPROM_SPOOL_DIR": str(tmp_path / "spool"), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == ending, done.stdout
        assert (tmp_path / "spool").exists() == bool(ending)

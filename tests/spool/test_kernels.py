"""Two kernels on one folder: the second one is refused, and takes over when the first is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.spool.run_files import jobs, own, total
from tests.support.namespaces import booted, contained, numbered
from tests.support.programs import FORKS_MAY_WARN, ROOT
from typedprom.spool.directory import OtherKernelError, SpoolDirectory
from typedprom.spool.liveness import QUIET_SECONDS, boot_id
from typedprom.spool.store import SpoolStore

pytestmark = pytest.mark.skipif(not boot_id(), reason="needs the boot id of Linux: NOT tested")

OTHER = "11111111-2222-3333-4444-555555555555"
USED = "a program on another machine uses it"
BEGIN = """
import sys, time
def told():
    "Say that it is here, and wait until it may go on."
    print(flush=True)
    sys.stdin.readline()
"""
RECORD = f"{BEGIN}from tests.spool.every_kind import CATALOG, HITS\n"
LIVES = f"{RECORD}HITS.inc(5); told(); HITS.inc(1); told()"
ELSEWHERE = "import tests.spool.on_another_kernel\n"
Place = Callable[[Sequence[str]], list[str]]


class Program:
    """A program that records into a spool, and its end."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def tell(self) -> None:
        """Let it go on from `told`."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def wait(self) -> None:
        """Wait until it is at `told`."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "\n"

    def end(self) -> str:
        """Wait until it has ended well; what it logged."""
        _, errors = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, errors
        return errors

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait(20)


@contextmanager
def started(
    spool: Path, *arguments: str, place: Place = list, seconds: float = 0.1
) -> Iterator[Program]:
    """This interpreter with these arguments, which records into the spool there."""
    with subprocess.Popen(
        place([sys.executable, *FORKS_MAY_WARN, *arguments]),
        env=os.environ
        | {
            "TYPEDPROM_SPOOL_DIR": str(spool),
            "TYPEDPROM_PUSH_SECONDS": str(seconds),
            "TYPEDPROM_STRICT": "0",
            "PYTHONPATH": str(ROOT),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Program(process)
        finally:
            process.kill()


def record(spool: Path, program: str, place: Place = list) -> str:
    """Run a program until it ends; what it logged."""
    with started(spool, "-c", RECORD + program, place=place) as running:
        return running.end()


def command(spool: Path, *arguments: str, place: Place = list) -> tuple[int, str, str]:
    """Run `typedprom-spool`: exit code, output and errors."""
    with started(spool, "-m", "typedprom.delivery.cli", *arguments, place=place) as running:
        output, errors = running.process.communicate(timeout=60)
        return running.process.returncode, output, errors


def hits(directory: SpoolDirectory) -> float:
    """What all have recorded."""
    families = {one.definition.name: one for one in SpoolStore(directory).collect()}
    return sum(numbers[1] for numbers in families["x_hits_total"].series.values())


def rest(directory: SpoolDirectory) -> None:
    """Let the run files be as they are after a time without changes."""
    for path in directory.runs.glob("*.run"):
        then = path.stat().st_mtime - QUIET_SECONDS - 1
        os.utime(path, (then, then))


def run_files(directory: SpoolDirectory) -> set[Path]:
    return {*directory.runs.glob("*.run")}


@pytest.fixture
def other(tmp_path: Path) -> Place:
    """Another kernel, as far as its boot id tells."""
    file = tmp_path / "boot_id"
    file.write_text(f"{OTHER}\n")
    return partial(booted, file)


def test_a_second_kernel_is_refused_until_the_first_is_gone(
    directory: SpoolDirectory, other: Place
) -> None:
    spool = directory.path
    again = RECORD + "HITS.inc(10); told(); HITS.inc(20); told(); time.sleep(0.5)"
    with started(spool, "-c", LIVES) as first:
        first.wait()
        errors = record(spool, "HITS.inc(100)", other)
        assert f"cannot write to spool {spool}: {USED}; data stays in memory" in errors
        assert "set TYPEDPROM_SPOOL_DIR to a folder of this machine alone" in errors
        assert errors.count("\n") == 1
        with started(spool, "-c", again, place=other) as second:
            second.wait()
            first.tell()
            first.wait()
            second.tell()
            second.wait()
            assert len(run_files(directory)) == 1
            assert hits(directory) == 6
            first.kill()
            second.tell()
            assert second.end().count(USED) == 1
    assert hits(directory) == 36
    families = {one.definition.name: one for one in SpoolStore(directory).collect()}
    faults = families["typedprom_spool_faults_total"].series
    assert faults[(("fault", "other_machine"),)][1] >= 1
    assert record(spool, "HITS.inc(100)") == ""
    rest(directory)
    assert [hits(directory), hits(directory)] == [136, 136]
    assert not run_files(directory)


def test_a_second_kernel_that_is_refused_is_not_on_duty(
    directory: SpoolDirectory, other: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    textfile = tmp_path / "x.prom"
    monkeypatch.setenv("TYPEDPROM_TEXTFILE", str(textfile))
    spool, lives = directory.path, f"{RECORD}HITS.inc(5); told()"
    with ExitStack() as running:
        many = [running.enter_context(started(spool, "-c", lives, seconds=60)) for _ in range(3)]
        for one in many:
            one.wait()
        refused = running.enter_context(started(spool, "-c", lives, place=other, seconds=60))
        refused.wait()
        many[0].tell()
        assert many[0].end() == ""
        assert "x_hits_total 15.0" in textfile.read_text()


def test_the_commands_of_a_second_kernel_refuse_too(
    directory: SpoolDirectory, other: Place, tmp_path: Path
) -> None:
    spool, textfile = directory.path, tmp_path / "x.prom"
    deliver = ("deliver", str(spool), "--textfile", str(textfile))
    with started(spool, "-c", LIVES) as first:
        first.wait()
        for arguments in (deliver, ("retire", str(spool), "x_y")):
            code, _, errors = command(spool, *arguments, place=other)
            assert (code, errors.count("\n")) == (1, 1)
            assert f"{spool}: {USED}" in errors
        assert not textfile.exists()
        code, output, errors = command(spool, "status", str(spool), place=other)
        assert (code, errors) == (0, "")
        assert "live: 0\nlive on another machine, which alone delivers them: 1\n" in output
        code, _, errors = command(spool, *deliver)
        assert (code, errors) == (0, "")
        first.kill()
    code, _, errors = command(spool, *deliver, place=other)
    assert (code, errors) == (0, "")


def test_kernels_that_begin_at_the_same_time_see_each_other(
    directory: SpoolDirectory, other: Place
) -> None:
    late = f"""
{BEGIN}
from typedprom.spool import writer
made = writer.RunFile
def make(*arguments):
    told()
    writer.RunFile = made
    return made(*arguments)
writer.RunFile = make
{RECORD}
HITS.inc(100)
"""
    with started(directory.path, "-c", late, place=other) as second:
        second.wait()
        with started(directory.path, "-c", LIVES) as first:
            first.wait()
            second.tell()
            assert USED in second.end()
            assert len(run_files(directory)) == 1
    assert hits(directory) == 5


def test_a_kernel_whose_locks_are_not_seen_is_known_by_what_changes(
    directory: SpoolDirectory,
) -> None:
    later = f"""
from typedprom.spool import kernels
kernels.QUIET_SECONDS = 1.0
{RECORD}
HITS.inc(10)
while CATALOG.spool.run is not None:
    time.sleep(0.01)
HITS.inc(20)
told()
while CATALOG.spool.run is None:
    time.sleep(0.01)
"""
    with started(directory.path, "-c", ELSEWHERE + LIVES, OTHER, "unlocked") as first:
        first.wait()
        (theirs,) = run_files(directory)
        with started(directory.path, "-c", later) as second:
            second.wait()
            first.tell()
            first.wait()
            assert hits(directory) in (6, 16)  # what the second had a place for
            assert theirs in run_files(directory)
            first.kill()
            second.tell()
            assert USED in second.end()
    assert hits(directory) == 36
    rest(directory)
    assert hits(directory) == 36
    assert not run_files(directory)


def test_runs_from_before_a_restart_count_at_once_and_are_merged_later(
    directory: SpoolDirectory,
) -> None:
    before = jobs(5)
    before.boot = OTHER
    path = before.write(directory)
    jobs(2).write(directory)
    store = SpoolStore(directory)
    assert total(store) == 7
    assert own(store, "runs")[(("state", "dead"),)] == 2
    assert record(directory.path, "HITS.inc(5)") == ""
    assert (total(store), hits(directory)) == (7, 5)
    assert run_files(directory) == {path}
    assert len(store.status().unsure) == 1
    rest(directory)
    assert (total(store), hits(directory)) == (7, 5)
    assert not run_files(directory)


def test_series_that_another_kernel_may_record_are_not_removed(directory: SpoolDirectory) -> None:
    before = jobs(5)
    before.boot = OTHER
    before.write(directory)
    store = SpoolStore(directory)
    with pytest.raises(OtherKernelError):
        store.delete_series("x_jobs_total")
    record(directory.path, "HITS.inc(5)")
    assert [name for name, _ in store.delete_series("x_jobs_total").held] == ["x_jobs_total"]
    code, output, errors = command(directory.path, "retire", str(directory.path), "x_jobs_total")
    assert (code, output) == (1, "")
    assert errors == (
        "kept x_jobs_total: a run of another machine, or from before a restart, has it; "
        "retry in 5 minutes\n"
    )
    rest(directory)
    assert [name for name, _ in store.delete_series("x_jobs_total").removed] == ["x_jobs_total"]


def test_a_process_that_another_kernel_took_for_gone_goes_on_from_zero(
    directory: SpoolDirectory,
) -> None:
    program = f"{ELSEWHERE}{RECORD}HITS.inc(5); told(); CATALOG.spool.refresh(); HITS.inc(7)"
    with started(directory.path, "-c", program, OTHER, "unlocked", seconds=0) as paused:
        paused.wait()
        rest(directory)
        assert SpoolStore(directory).compact() == 1
        paused.tell()
        assert USED in paused.end()
    assert hits(directory) == 12


def test_a_start_after_one_of_the_same_kernel_looks_at_no_runs(directory: SpoolDirectory) -> None:
    record(directory.path, "HITS.inc(1)")
    blind = "from typedprom.spool import kernels; del kernels._listed, kernels._name\n"
    with started(directory.path, "-c", f"{blind}{RECORD}HITS.inc(2)") as second:
        assert second.end() == ""
    assert hits(directory) == 3


def test_containers_of_one_kernel_share_a_spool(directory: SpoolDirectory) -> None:
    with started(directory.path, "-c", LIVES, place=partial(contained, "one")) as first:
        first.wait()
        assert record(directory.path, "HITS.inc(10)", partial(contained, "two")) == ""
        assert record(directory.path, "HITS.inc(20)") == ""
        assert hits(directory) == 35
        assert len(run_files(directory)) == 1
        first.tell()
        first.wait()
        first.kill()
    assert record(directory.path, "HITS.inc(40)", partial(contained, "two")) == ""
    assert [hits(directory), hits(directory)] == [76, 76]


def test_the_pids_in_the_hosts_proc_say_nothing(directory: SpoolDirectory) -> None:
    program = f"""
from pathlib import Path
from tests.spool.holders import holder
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.liveness import is_dead
from typedprom.spool.run_reader import header_of, opened
directory = SpoolDirectory(Path({str(directory.path)!r}))
with holder(directory) as held:
    path = directory.runs / f"{{held.run}}.run"
    with opened(path) as descriptor:
        print(held.process.pid < 100, is_dead(descriptor, header_of(descriptor, path)))
"""
    with started(directory.path, "-c", program, place=numbered) as running:
        assert running.process.communicate(timeout=60)[0] == "True False\n"

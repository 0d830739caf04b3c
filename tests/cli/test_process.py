"""`python -m typedprom_codegen` as a process: pipes, signals, hash seeds, concurrent runs."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import STOCK, Done, Project

SCRIPT = Path(__file__).with_name("killed_generate.py")


def test_generate_and_check(project: Project) -> None:
    assert project.run_process("generate") == Done(0, "python: 7 files, 7 written\n", "")
    assert project.run_process("generate", "--check") == Done(
        0, "python: 7 files, up to date\n", ""
    )
    project.write({"catalog/stock.yaml": STOCK.replace("country", "contry")})
    failed = project.run_process("check")
    assert (failed.exit, failed.stdout) == (1, "")
    assert failed.stderr.endswith("\n\n1 error\n")


@pytest.mark.parametrize(
    ("arguments", "exit"), [(["explain", "TP203"], 0), (["--help"], 0), (["generate", "--diff"], 1)]
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_pipe_is_closed(
    project: Project, arguments: list[str], exit: int, unbuffered: str
) -> None:
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = project.run_process(*arguments, stdout=writer, env=environment)
    finally:
        os.close(writer)
    assert (done.exit, done.stderr) == (exit, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_cannot_be_written_is_a_failure(project: Project, unbuffered: str) -> None:
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        done = project.run_process("explain", "TP203", stdout=full, env=environment)
    assert (done.exit, done.stderr) == (1, "")


def test_output_in_an_encoding_that_lacks_letters(project: Project) -> None:
    project.write({"catalog/stock.yaml": STOCK.replace("[country]", "[contry] # 日本")})
    done = project.run_process("check", env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert done.exit == 1
    assert "[contry] # \\u65e5\\u672c" in done.stderr


needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_is_reported_without_a_traceback(project: Project, number: int) -> None:
    with run_that_waits(project) as running:
        running.send_signal(number)
        stdout, stderr = running.communicate(timeout=60)
    assert (running.returncode, stdout, stderr) == (130, "", "typedprom: interrupted\n")
    assert not (project.folder / "src").exists()


@needs_proc
def test_run_that_waited_compiles_the_newest_catalog(project: Project) -> None:
    with run_that_waits(project) as running:
        project.write({"catalog/stock.yaml": STOCK.replace("name: stock", "name: store")})
    stdout, stderr = running.communicate(timeout=60)
    assert (running.returncode, stdout, stderr) == (0, "python: 7 files, 7 written\n", "")
    assert (project.folder / "src/shop_metrics/store.py").exists()


@contextmanager
def run_that_waits(project: Project) -> Iterator[subprocess.Popen[str]]:
    """Start a run that waits for a lock, which is released at the end of the block."""
    import fcntl

    configuration = project.folder / "typedprom.toml"
    with configuration.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        running = project.start("generate")
        await_steadily(lambda: configuration.resolve() in open_files(running.pid))
        yield running


def open_files(process: int) -> set[Path]:
    return {file.readlink() for file in Path(f"/proc/{process}/fd").iterdir() if file.is_symlink()}


def await_steadily(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until `condition` holds, and check it again a moment later."""
    deadline = time.monotonic() + seconds
    steady = 0
    while steady < 3:
        assert time.monotonic() < deadline, "this never happened"
        time.sleep(0.05)
        steady = steady + 1 if condition() else 0


def test_several_runs_at_once(project: Project) -> None:
    running = [project.start("generate") for _ in range(3)]
    outputs = sorted(process.communicate(timeout=120)[0] for process in running)
    once, idle = "python: 7 files, 7 written\n", "python: 7 files, up to date\n"
    assert outputs == sorted([once, idle, idle])


def test_output_depends_on_neither_hash_seed_nor_file_order(
    project: Project, tmp_path: Path
) -> None:
    outputs = []
    for seed in range(3):
        copy = Project(tmp_path / f"copy{seed}")
        files = [file for file in project.folder.rglob("*") if file.is_file()]
        random.Random(seed).shuffle(files)  # noqa: S311
        copy.write({f.relative_to(project.folder).as_posix(): f.read_text("utf-8") for f in files})
        environment = os.environ | {"PYTHONHASHSEED": str(seed)}
        assert copy.run_process("generate", env=environment).exit == 0
        outputs.append(copy.tree())
    assert outputs[0] == outputs[1] == outputs[2]


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
@pytest.mark.slow
def test_killed_at_random_instants(project: Project) -> None:
    project.write({"killed_generate.py": SCRIPT.read_text()})
    done = subprocess.run(
        [sys.executable, "killed_generate.py"],
        cwd=project.folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10, "runs end before they are killed"

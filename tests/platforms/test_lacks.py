"""What a system lacks is worked around, or named in one line; the program continues."""

from __future__ import annotations

import ast
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.platforms.lacks import LACKS
from tests.support.programs import FORKS_MAY_WARN, ROOT, run_python
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.store import SpoolStore

VARIABLES = {
    "TYPEDPROM_PUSHGATEWAY_URL": "http://127.0.0.1:9",
    "TYPEDPROM_TEXTFILE": "/nowhere/x.prom",
    "TYPEDPROM_OTLP_ENDPOINT": "http://127.0.0.1:9",
}
# Modules whose contents differ between systems, and what the others have of them too.
DIFFERENT = ("fcntl", "grp", "mmap", "os", "pwd", "resource", "select", "signal", "socket")
PROCESSES = 2  # each has a log of its own
EVERYWHERE = {
    "fcntl": "LOCK_EX LOCK_NB LOCK_SH LOCK_UN",  # where `fcntl.flock` is
    "os": (
        "DirEntry O_APPEND O_BINARY O_CREAT O_EXCL O_RDONLY O_RDWR O_TRUNC O_WRONLY R_OK W_OK X_OK "
        "_exit access chmod close cpu_count devnull dup dup2 environ fdopen fsdecode fstat "
        "ftruncate getpid "
        "kill listdir lstat open path read rename replace scandir sep stat stat_result "
        "supports_effective_ids unlink urandom utime write"
    ),
    "signal": (
        "SIGABRT SIGFPE SIGILL SIGINT SIGSEGV SIGTERM SIG_DFL SIG_IGN Signals "
        "default_int_handler getsignal signal "
        "SIGBUS SIG_BLOCK SIG_SETMASK"  # where `signal.pthread_sigmask` is
    ),
    "socket": (
        "AF_INET6 AI_NUMERICHOST AddressFamily IPPROTO_IPV6 IPPROTO_TCP IPV6_V6ONLY SHUT_RDWR "
        "SHUT_WR SOCK_STREAM TCP_NODELAY gaierror getaddrinfo gethostname socket"
    ),
}


@pytest.fixture(autouse=True)
def _outside_of_strict_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TYPEDPROM_SPOOL_DIR", str(tmp_path / "spool"))
    return tmp_path / "spool"


def run(lack: str) -> tuple[list[str], list[str]]:
    """Run the program, and return the lines that it served and logged."""
    done = run_python(*FORKS_MAY_WARN, "-m", "tests.platforms.program", lack)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines(), done.stderr.splitlines()


def hits(spool: Path) -> float:
    families = {one.definition.name: one for one in SpoolStore(SpoolDirectory(spool)).collect()}
    return families["x_hits_total"].series[()][1]


BOTH = "are exposed by this process, and pushed because of TYPEDPROM_TEXTFILE"


@pytest.mark.parametrize("lack", LACKS)
def test_recordings_go_where_they_can(
    lack: str, spool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    textfile, expected = tmp_path / "x.prom", LACKS[lack]
    monkeypatch.setenv("TYPEDPROM_TEXTFILE", str(textfile))
    served, said = run(lack)
    logged = [line for line in said if BOTH not in line]
    assert len(said) - len(logged) == (0 if expected.goes == "into memory" else 1)
    assert len(logged) in ((1, PROCESSES) if expected.log else (0,)), logged
    assert [line for line in logged if expected.log not in line] == []
    assert 'typedprom_job_runs_total{command="nightly",outcome="success"} 1.0' in served
    if expected.goes == "into memory":
        assert "x_hits_total 2.0" in served  # what the child counted ended with it
        return
    count = 2.0 if lack == "fork" else 4.0
    assert f"x_hits_total {count}" in served
    assert f"x_hits_total {count}" in textfile.read_text().splitlines()
    assert hits(spool) == count
    assert [path.name for path in spool.iterdir() if path.name.startswith(".")] == []


def test_spool_of_others_is_served_where_it_cannot_be_written(spool: Path) -> None:
    run("nothing")
    served, logged = run("os.posix_fallocate ENOSPC")
    assert len(logged) == 1
    assert [line for line in served if line.startswith("x_hits_total ")] == ["x_hits_total 4.0"]
    assert hits(spool) == 4.0


def test_metrics_are_served_without_a_usable_spool(spool: Path) -> None:
    spool.mkdir()
    (spool / "runs").write_text("not a folder")
    served, logged = run("nothing")
    assert "x_hits_total 2.0" in served
    assert ["cannot write to spool" in line for line in logged] == [True]


@pytest.mark.parametrize("variable", ["", *VARIABLES])
def test_windows_says_once_that_nothing_is_delivered(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable:
        monkeypatch.setenv(variable, VARIABLES[variable])
    served, logged = run("Windows")
    assert "x_hits_total 2.0" in served
    begin = f"{variable} {LACKS['Windows'].log}: "
    assert [line.startswith(begin) for line in logged] == ([True] if variable else [])


def without(lack: str, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module as a program on a system that lacks this."""
    begin = "import runpy, sys; from tests.platforms.lacks import LACKS, take_away"
    program = f"{begin}; take_away(LACKS[{lack!r}]); sys.argv[0] = 'x'; " + (
        f"runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
    )
    return run_python("-c", program, *arguments)


@pytest.mark.parametrize("command", ["status", "deliver", "serve --port 0", "retire"])
def test_commands_say_what_the_system_lacks(command: str, tmp_path: Path) -> None:
    name, *options = command.split()
    series = ["x_total"] if name == "retire" else []
    done = without("Windows", "typedprom.delivery.cli", name, str(tmp_path), *series, *options)
    begin = "typedprom-spool: a spool needs what this system lacks: "
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(begin)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "lack", ["Windows", "macOS", "fcntl.flock", "fcntl.flock ENOLCK", "os.fsync EINVAL"]
)
def test_compiler_needs_nothing_special(lack: str, tmp_path: Path) -> None:
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog/catalog.yaml").write_text("catalog: {namespace: x, title: X}\n")
    (tmp_path / "catalog/a.yaml").write_text(
        "component: {name: a, title: A}\nmetrics:\n  hits: {type: counter, help: Hits.}\n"
    )
    (tmp_path / "typedprom.toml").write_text(
        'catalog = "catalog"\n[python]\ndirectory = "x_metrics"\npackage = "x_metrics"\n'
    )
    project = ("--project", str(tmp_path))
    done = without(lack, "typedprom_codegen", "generate", *project)
    assert (done.returncode, done.stderr) == (0, "")
    done = without(lack, "typedprom_codegen", "generate", "--check", *project)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("lack", ["macOS", "signals"])
def test_signals_end_a_job_all_the_same(lack: str, spool: Path) -> None:
    program = f"""
from tests.platforms.lacks import LACKS, take_away
take_away(LACKS[{lack!r}])
import os, signal
import typedprom
from tests.spool.every_kind import record
with typedprom.job("nightly"):
    record()
    os.kill(os.getpid(), signal.SIGTERM)
"""
    done = run_python("-c", program)
    assert (done.returncode, done.stderr) == (-signal.SIGTERM, "")
    assert hits(spool) == 2.0


@pytest.mark.parametrize("package", ["runtime/typedprom", "codegen/typedprom_codegen"])
def test_what_differs_between_systems_is_taken_away(package: str) -> None:
    taken = {name for lack in LACKS.values() for name in lack.names}
    known = {f"{module}.{name}" for module, names in EVERYWHERE.items() for name in names.split()}
    used = {name for path in (ROOT / package).rglob("*.py") for name in names_in(path)}
    assert used
    new = used - taken - known
    assert not new, f"add a row to LACKS that takes these away, or add them to EVERYWHERE: {new}"


def names_in(path: Path) -> Iterator[str]:
    """The names of `DIFFERENT` modules that a file uses."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in DIFFERENT:
                yield f"{module}.{name}"
            case ast.ImportFrom(module=str(module), names=names) if module in DIFFERENT:
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.Call(
                func=ast.Name(id="getattr" | "hasattr"),
                args=[ast.Name(id=module), ast.Constant(value=str(name)), *_],
            ) if module in DIFFERENT:
                yield f"{module}.{name}"
            case _:
                pass

"""A spool that cannot be used is told of once, and nothing that is said later contradicts it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Event

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, Delivering
from tests.spool.test_store_faults import mounted
from tests.support.needs import require_program
from tools.running import free_port
from typedprom.delivery.push_thread import PushThread
from typedprom.delivery.settings import Settings
from typedprom.spool.writer import Spool


@pytest.mark.parametrize("what", ["a file", "below a file", "runs is a file"])
def test_a_spool_that_cannot_be_is_told_of_once(what: str, tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    if what == "runs is a file":
        spool.mkdir()
        (spool / "runs").touch()
    else:
        spool.touch()
    named = spool / "sms" if what == "below a file" else spool
    delivering = Delivering(free_port(), tmp_path, {"TYPEDPROM_SPOOL_DIR": str(named)})
    with delivering.start(RECORD_FIVE) as process:
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, "")
    assert errors.count("\n") == 1
    assert f"cannot write to spool {named}: " in errors


SERVE = """
import typedprom, urllib.request
from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS
SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
with typedprom.serve(0) as server, urllib.request.urlopen(server.url) as response:
    print(*(line for line in response.read().decode().splitlines() if "kexp" in line), sep="\\n")
"""
SERVE_LATER = """
import os, typedprom, urllib.request
from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS
def show():
    SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
    with urllib.request.urlopen(server.url) as response:
        lines = response.read().decode().splitlines()
    print([line for line in lines if line.startswith("sms_") and "kexp" in line][0], flush=True)
with typedprom.serve(0) as server:
    show()
    if not (child := os.fork()):
        with typedprom.serve(0) as server:
            show()
        os._exit(0)
    os.waitpid(child, 0)
    os.unlink(os.environ["TYPEDPROM_SPOOL_DIR"])
    show()
"""
WITHOUT_HOME = """
import os
import typedprom.delivery.autostart
from typedprom.delivery.sinks import specs
specs()
del os.environ["HOME"]
if not os.getuid():
    os.setuid(54321)  # who has no entry in the list of users
from typedprom import Catalog, Counter, Environment
variable = Environment(pushgateway_url="SMS_PUSHGATEWAY_URL")
catalog = Catalog(namespace="sms", title="", description="", interface=1, environment=variable)
Counter(catalog, key="a", name="sms_a_total", help="h").inc()
"""


@contextmanager
def unwritable(place: Path, kind: str) -> Iterator[Path]:
    """A folder for state in which nothing can be made."""
    place.mkdir()
    options = ["-t", "tmpfs", "-o", "ro", "tmpfs"]
    with mounted(place, *options) if kind == "read-only" else nullcontext():
        if kind == "a file":
            (place / "file").touch()
        if kind == "a loop":
            (place / "loop").symlink_to(place / "loop")
        if kind == "of somebody else":
            place.chmod(0o555)
        names = {"a file": "file", "a loop": "loop", "a long name": "a" * 300}
        yield place / names.get(kind, "state")


@pytest.mark.parametrize(
    "kind", ["read-only", "a file", "a loop", "a long name", "of somebody else"]
)
def test_where_nothing_can_be_kept_the_variable_is_named(kind: str, tmp_path: Path) -> None:
    with unwritable(tmp_path / "place", kind) as state:
        delivering = Delivering(free_port(), state)
        powerless = [require_program("setpriv"), "--inh-caps=-all", "--bounding-set=-all"]
        done = subprocess.run(
            [*(powerless if not os.getuid() else []), sys.executable, "-c", SERVE],
            env=delivering.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == f"{KEXP} 1.0"
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith(f"cannot write to spool {delivering.spool}: ")
    assert "set TYPEDPROM_SPOOL_DIR to a folder that this user can write to" in done.stderr


def test_a_process_serves_its_own_metrics_until_it_can_use_its_spool(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    more = {"TYPEDPROM_SPOOL_DIR": str(tmp_path / "file"), "SMS_PUSHGATEWAY_URL": ""}
    delivering = Delivering(free_port(), tmp_path, more)
    with delivering.start(SERVE_LATER) as process:
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert output.splitlines() == [f"{KEXP} 1.0", f"{KEXP} 1.0", f"{KEXP} 2.0"]
    assert errors.count("\n") == 1, errors


def test_a_user_without_a_home_is_told_which_variable_to_set() -> None:
    more = {"XDG_STATE_HOME": ""}
    with Delivering(free_port(), Path("/unused"), more).start(WITHOUT_HOME) as process:
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, ""), errors
    assert errors.count("\n") == 1, errors
    assert "set TYPEDPROM_SPOOL_DIR" in errors


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        (
            {"TYPEDPROM_SPOOL_DIR": "x"},
            "nothing is kept or delivered: x is below a current folder that cannot be determined; "
            "set TYPEDPROM_SPOOL_DIR to the absolute path of a folder",
        ),
        (
            {"TYPEDPROM_SPOOL_DIR": "~no-such-user/x"},
            "nothing is kept or delivered: ~no-such-user/x is below a home that cannot be ",
        ),
        (
            {"XDG_STATE_HOME": "", "HOME": "x"},
            "nothing is kept or delivered: ~/.local/state is below a current folder that cannot ",
        ),
        (
            {"SMS_PUSHGATEWAY_URL": "", "TYPEDPROM_TEXTFILE": "x.prom"},
            "the textfile of TYPEDPROM_TEXTFILE is not used: it is relative to a current folder ",
        ),
    ],
)
def test_a_current_folder_that_is_gone_is_told_of(
    variables: dict[str, str], words: str, tmp_path: Path
) -> None:
    gone = "import os, tempfile; f = tempfile.mkdtemp(); os.chdir(f); os.rmdir(f)"
    delivering = Delivering(free_port(), tmp_path, variables)
    with delivering.start(f"{gone}\n{RECORD_FIVE}\nprint('on')") as process:
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, "on\n"), errors
    assert errors.startswith(words)
    assert errors.count("\n") == 1


def test_a_delivery_that_is_late_says_who_does_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool, released = Spool(tmp_path), Event()
    spool.recorded = True
    monkeypatch.setattr(spool, "refresh", lambda: released.wait(60))
    assert PushThread(spool, Settings({"job": "j"})).finish(0.1) is None
    released.set()
    assert (
        f"{tmp_path} was not delivered within 0.1 s; the next run delivers it, or " in caplog.text
    )
    assert f"`typedprom-spool deliver {tmp_path}`" in caplog.text

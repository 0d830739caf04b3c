"""Forks beside our thread: parent and child go on, and the program's signals are left alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, Delivering, held
from tests.delivery.receivers import HOST, hang, receiver, respond
from tests.support.interpreters import run_with
from tests.support.programs import FORKS_MAY_WARN, ROOT

FORK = """
import os, signal, sys, threading, time, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads

def fork(in_child=lambda: None):
    child = os.fork()
    if not child:
        in_child()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""

WARNING = """
import os, sys, time, warnings
from sms_metrics_generated import HEARTBEAT

HEARTBEAT.inc()
before = list(warnings.filters)
for _ in range(3):
    child = os.fork()
    if not child:
        HEARTBEAT.inc()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
assert warnings.filters == before
"""


@pytest.mark.parametrize("minor", [11, 12, 13])
def test_forks_go_on_and_python_alone_warns(minor: int, tmp_path: Path) -> None:
    spool = {"TYPEDPROM_SPOOL_DIR": str(tmp_path / "spool"), "TYPEDPROM_STRICT": "0"}
    done = run_with(
        minor, "-W", "always::DeprecationWarning", "-c", WARNING, folder=tmp_path, more=spool
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("multi-threaded") == (3 if minor >= 12 else 0)
    assert minor >= 12 or not done.stderr


def test_hooks_of_forks_are_for_the_child(tmp_path: Path) -> None:
    program = """
import os, sys
hooks = []
register = os.register_at_fork
def watch(**functions):
    frame = sys._getframe(1)
    if frame.f_globals["__name__"].startswith("typedprom"):
        hooks.append(sorted(functions))
    register(**functions)
os.register_at_fork = watch
import typedprom
from sms_metrics_generated import HEARTBEAT
from typedprom.delivery import autostart
HEARTBEAT.inc()
with typedprom.serve(0, addr="127.0.0.1"), typedprom.job("j"):
    autostart.flush()
assert len(hooks) >= 4
print({tuple(names) for names in hooks})
"""
    assert _run(program, tmp_path) == "{('after_in_child',)}\n"


def test_only_threads_of_ours_have_signals_blocked(delivering: Delivering) -> None:
    program = f"""{FORK}
import typedprom
{RECORD_FIVE}
from typedprom.delivery import autostart

def masks():
    found = {{}}
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{{task}}/status") as file:
            line = next(line for line in file if line.startswith("SigBlk"))
        found[int(task)] = int(line.split()[1], 16)
    return found

theirs = threading.Thread(target=time.sleep, args=(1,))
theirs.start()
mine = {{os.getpid(), theirs.native_id}}
with typedprom.serve(0, addr="127.0.0.1"):
    autostart.flush()
    fork(lambda: sys.exit(1) if any(masks().values()) else None)
    time.sleep(0.1)
    blocked = masks()
    assert not any(blocked[task] for task in mine), blocked
    ours = [mask for task, mask in blocked.items() if task not in mine]
    assert len(ours) >= 2 and all(mask & 1 << signal.SIGTERM - 1 for mask in ours), blocked
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
"""
    assert delivering.run(program) == ""


def test_signals_that_are_blocked_after_the_import_wait(tmp_path: Path) -> None:
    """Of a process, a signal goes to any thread that does not block it."""
    program = """
import os, signal
from sms_metrics_generated import HEARTBEAT
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
os.kill(os.getpid(), signal.SIGUSR1)
assert signal.sigwait([signal.SIGUSR1]) == signal.SIGUSR1
"""
    for _ in range(3):
        _run(program, tmp_path)


@pytest.mark.parametrize("end", ["return", "sys.exit(1)", "time.sleep(0.3)"])
def test_a_child_that_a_thread_forks_ends_with_the_thread(end: str, delivering: Delivering) -> None:
    program = f"""{FORK}
{RECORD_FIVE}
def work():
    child = os.fork()
    if not child:
        SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
        {end}
    elif os.waitpid(child, 0)[1]:
        os._exit(1)
forking = threading.Thread(target=work)
forking.start()
forking.join(20)
os._exit(int(forking.is_alive()))
"""
    delivering.run(program)
    assert delivering.spool_command("deliver", str(delivering.spool)).returncode == 0
    assert held(delivering.port)[KEXP] == 6


def test_parent_and_child_push_after_a_fork(delivering: Delivering) -> None:
    delivering = Delivering(delivering.port, delivering.state, {"TYPEDPROM_PUSH_SECONDS": "0.1"})
    program = f"""{FORK}
{RECORD_FIVE}
time.sleep(0.3)
child = os.fork()
SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
print(child, flush=True)
time.sleep(60)
"""
    with delivering.start(program) as process:
        try:
            deadline = time.monotonic() + 10
            while held(delivering.port).get(KEXP) != 7 and time.monotonic() < deadline:
                time.sleep(0.05)
            assert held(delivering.port)[KEXP] == 7
            assert process.stdout is not None
            first = int(process.stdout.readline())
            second = int(process.stdout.readline())
            os.kill(first or second, signal.SIGKILL)
        finally:
            process.kill()
            process.communicate()


def test_a_child_holds_none_of_our_descriptors(delivering: Delivering) -> None:
    program = f"""{FORK}
import typedprom
def descriptors():
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{{name}}"))
        except OSError:  # of the listing
            pass
    return sorted(name for name in found if "pipe" not in name and "/dev/" not in name)
before = descriptors()
{RECORD_FIVE}
from typedprom.delivery import autostart
autostart.flush()
assert any(name.startswith("socket") for name in descriptors())
assert any(name.endswith(".run") for name in descriptors())
server = typedprom.serve(0, addr="127.0.0.1")
fork(lambda: descriptors() == before or os.write(2, repr(descriptors()).encode()))
"""
    assert delivering.run(program) == ""


STOPPING = f"""{FORK}
from sms_metrics_generated import HEARTBEAT
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
HEARTBEAT.inc()
print("ready", flush=True)
end = time.monotonic() + 4
while time.monotonic() < end:
    fork()
os._exit(99)  # SIGTERM was lost
"""


@pytest.mark.slow
@pytest.mark.parametrize("gateway", ["", "http://127.0.0.1:9"])
def test_a_parent_that_forks_in_a_loop_loses_no_sigterm(gateway: str, tmp_path: Path) -> None:
    """Python drops what a handler raises in a hook of the parent; `logging` has such hooks."""
    endings = []
    for attempt in range(15):
        process = subprocess.Popen(
            [sys.executable, *FORKS_MAY_WARN, "-c", STOPPING],
            env=_environment(tmp_path, TYPEDPROM_PUSHGATEWAY_URL=gateway),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        with process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.03 + 0.017 * attempt)
            process.terminate()
            endings.append(process.wait(60))
    assert endings == [7] * 15


DEEP = f"""{FORK}
from sms_metrics_generated import HEARTBEAT, SOURCES_REQUESTS_SUCCESS
HEARTBEAT.inc()
sys.unraisablehook = lambda failed: None

def depth():
    frame, levels = sys._getframe(1), 0
    while frame:
        frame, levels = frame.f_back, levels + 1
    return levels

def deep(levels):
    return deep(levels - 1) if levels else os.fork()

children = 0
for left in range(2, 40):
    try:
        child = deep(sys.getrecursionlimit() - depth() - left)
    except RecursionError:
        continue
    if not child:
        HEARTBEAT.inc()
        SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
        sys.exit(1 if signal.pthread_sigmask(signal.SIG_BLOCK, []) else 0)
    children += 1
    began = time.monotonic()
    assert os.waitpid(child, 0)[1] == 0
    assert time.monotonic() - began < 1.5
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, [])
print(children)
"""


def test_forks_near_the_recursion_limit_leave_the_process_as_it_was(
    delivering: Delivering,
) -> None:
    """In the last frames before the limit no hook can run, and what exists goes to the parent."""
    children = int(delivering.run(DEEP))
    assert children >= 30
    figures = held(delivering.port)
    assert figures[KEXP] == children
    assert children - 8 <= figures["sms_heartbeat_total"] - 1 <= children


LIMITED = f"""{FORK}
import resource
from sms_metrics_generated import HEARTBEAT, SOURCES_REQUESTS_SUCCESS
HEARTBEAT.inc()
time.sleep(0.1)
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * resource.getpagesize()

def record():
    HEARTBEAT.inc()
    SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")

for more in (0, 4096, 1 << 16, 1 << 18, 1 << 20, 10 << 20):
    resource.setrlimit(resource.RLIMIT_AS, (used + more, resource.RLIM_INFINITY))
    fork(record)
    HEARTBEAT.inc()
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, [])
print("done")
"""


def test_forks_without_memory_leave_the_process_as_it_was(tmp_path: Path) -> None:
    assert _run(LIMITED, tmp_path, TYPEDPROM_PUSH_SECONDS="0.1") == "done\n"


def test_files_of_a_program_that_closes_our_descriptors_are_left_alone(tmp_path: Path) -> None:
    """As daemons do that do not fork: a push is under way, and the connection stays open."""
    program = """
import os, socket, sys, time
from sms_metrics_generated import HEARTBEAT
HEARTBEAT.inc()
time.sleep(0.4)  # the push hangs
os.closerange(3, 256)
pairs = [socket.socketpair() for _ in range(10)]
before = [os.fstat(one.fileno()) for pair in pairs for one in pair]
time.sleep(0.4)
from typedprom.delivery import autostart
autostart.flush()
assert [os.fstat(one.fileno()) for pair in pairs for one in pair] == before
for pair in pairs:
    for one in pair:
        one.setblocking(False)
        try:
            assert not one.recv(1)
        except BlockingIOError:
            pass
"""
    behaviours = (hang, respond(200))
    for behaviour in behaviours:
        with receiver(behaviour) as server:
            url = f"http://{HOST}:{server.port}"
            _run(
                program,
                tmp_path,
                TYPEDPROM_PUSHGATEWAY_URL=url,
                TYPEDPROM_PUSH_SECONDS="0.2",
                TYPEDPROM_EXIT_SECONDS="0.5",
            )


def _run(program: str, folder: Path, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, *FORKS_MAY_WARN, "-c", program],
        env=_environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _environment(folder: Path, **more: str) -> dict[str, str]:
    spool = {"TYPEDPROM_SPOOL_DIR": str(folder / "spool"), "PYTHONPATH": str(ROOT)}
    return {**os.environ, **spool, **more}

"""prometheus_client's registry with a spool: its collectors expose what all processes recorded."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.exposition.scraping import samples
from tests.exposition.spooling import recording, spool_served
from tests.support.programs import FORKS_MAY_WARN, run_python

HEARTBEAT = "sample_heartbeat_total"
# What a spool has about itself, in text.
_ABOUT = r"(# (HELP|TYPE|UNIT) )?typedprom_spool_(runs|damaged_files|merged_runs)[ _{].*\n"


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The spool of all programs that are started."""
    monkeypatch.setenv("TYPEDPROM_SPOOL_DIR", str(tmp_path / "spool"))
    return tmp_path / "spool"


def program(statements: str, errors: str = "") -> str:
    """What a program prints that looks into prometheus_client's registry."""
    done = run_python(*FORKS_MAY_WARN, "-c", BEGINNING + statements)
    assert (done.returncode, re.sub("^[^:]*WARNING.*: ", "", done.stderr)) == (0, errors)
    return done.stdout


BEGINNING = """
import os, sys, threading, typedprom
from prometheus_client import CollectorRegistry, Counter, REGISTRY, generate_latest
from tests.runtime.sample import *

def total(registry=REGISTRY):
    lines = generate_latest(registry).decode().splitlines()
    return next(line for line in lines if line.startswith("sample_heartbeat_total ")).split()[1]

"""


@pytest.mark.usefixtures("spool")
def test_any_process_exposes_what_all_recorded() -> None:
    program("HEARTBEAT.inc(100)")
    with recording() as other:
        other.do("HEARTBEAT.inc(20)")
        assert program(EVERY_WAY) == "123.0\n" * 3 + "124.0\n" + "125.0\n" * 2 + "126.0\n"
        other.do("HEARTBEAT.inc(1000)")
        other.kill()
        assert program("print(total())") == "1126.0\n"


EVERY_WAY = """
HEARTBEAT.inc(3)
print(total())
mine = CollectorRegistry()
CATALOG.register(mine)
print(total(mine))
print(REGISTRY.get_sample_value("sample_heartbeat_total"))
HEARTBEAT.inc()
print(REGISTRY.get_sample_value("sample_heartbeat_total"))
HEARTBEAT.inc()
print(total(REGISTRY.restricted_registry(["sample_heartbeat_total"])))
(family,) = HEARTBEAT.collect()
print(family.samples[0].value)
REGISTRY.unregister(HEARTBEAT)
assert b"sample_heartbeat" not in generate_latest()
HEARTBEAT.inc()
(family,) = HEARTBEAT.collect()
print(family.samples[0].value)
"""


@pytest.mark.usefixtures("spool")
def test_what_was_recorded_a_moment_ago_is_there() -> None:
    assert program(A_MOMENT_AGO) == ""


A_MOMENT_AGO = """
for round in range(20):
    HEARTBEAT.inc()
    JOBS_QUEUE.set(round)
    assert total() == f"{round + 1}.0"
    list(HEARTBEAT.collect())
    JOBS_RUNS.inc(source_id="a", error_type="dns")
    (family,) = JOBS_RUNS.collect()
    assert family.samples[0].value == round + 1
    JOBS_RUNS.collect()
    JOBS_QUEUE.set(-round)
    some = REGISTRY.restricted_registry(["sample_jobs_queue_bytes"])
    assert f"sample_jobs_queue_bytes {float(-round)}" in generate_latest(some).decode()
"""


@pytest.mark.usefixtures("spool")
def test_a_scrape_reads_one_snapshot() -> None:
    assert program(COUNTED_SNAPSHOTS) == "1 1 2 2\n"


COUNTED_SNAPSHOTS = """
import contextlib
from typedprom.spool.store import SpoolStore
read, original = [], SpoolStore.collect_declared
def counted(store):
    read.append(store)
    return original(store)
SpoolStore.collect_declared = counted
counts = []
@contextlib.contextmanager
def counting():
    read.clear()
    yield
    counts.append(len(read))
with counting():
    generate_latest()
mine = CollectorRegistry()
CATALOG.register(mine)
with counting():
    generate_latest(mine)
with counting():
    generate_latest()
    generate_latest()
with counting():
    typedprom.exposition()
    typedprom.exposition(registry=mine)
print(*counts)
"""


@pytest.mark.usefixtures("spool")
def test_scrapes_in_several_threads_and_in_a_child_are_whole() -> None:
    assert program(SEVERAL_THREADS) == "21.0\n"


SEVERAL_THREADS = """
problems = []
total()  # a module that a thread is importing stays half imported in a child
def scrape():
    last = 0.0
    for _ in range(40):
        now = float(total())
        if now < last:
            problems.append((last, now))
        last = now
threads = [threading.Thread(target=scrape) for _ in range(4)]
for thread in threads:
    thread.start()
for _ in range(20):
    HEARTBEAT.inc()
child = os.fork()  # while threads hold the locks of the parent
if not child:
    HEARTBEAT.inc()
    os._exit(total() != "21.0")
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
for thread in threads:
    thread.join()
assert not problems, problems
print(total())
"""


@pytest.mark.usefixtures("spool")
def test_in_a_test_that_starts_at_zero_they_do_too() -> None:
    assert program(ISOLATED) == "5.0 0.0 1.0 5.0\n"


ISOLATED = """
from typedprom.testing import isolated
HEARTBEAT.inc(5)
seen = [total()]
with isolated():
    seen.append(total())
    HEARTBEAT.inc()
    seen.append(total())
seen.append(total())
print(*seen)
"""


# A program without and with a spool.


def normalized(text: str) -> str:
    """Without what a spool has about itself, and when series began."""
    return re.sub(r"(_created(?:{[^}]*})?) .*", r"\1", re.sub(_ABOUT, "", text))


@pytest.mark.parametrize(
    "recorded", ["", "HEARTBEAT.inc(3); JOBS_DURATION.observe(.3, source_id='k')"]
)
def test_the_same_text_with_a_spool_as_without(
    recorded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = json.loads(program(recorded + WITHOUT_RECORDING))
    monkeypatch.setenv("TYPEDPROM_SPOOL_DIR", str(tmp_path / "spool"))
    with_spool = json.loads(program(recorded + WITHOUT_RECORDING))
    for before, after in zip(without, with_spool, strict=True):
        assert "typedprom_spool_runs" in after
        assert "\nsample_jobs_queue_bytes 0.0\n" in after  # that nobody has set
        assert '\nx_phase{x_phase="up"} 1.0\n' in after
        assert "# TYPE x_depth gauge\n" in after  # by a label: it has no series
        assert normalized(after) == normalized(before)
    with spool_served(tmp_path / "spool") as server:
        of_command = samples(server.port)
    assert of_command["sample_jobs_queue_bytes"] == 0
    assert of_command['x_phase{x_phase="up"}'] == 1


WITHOUT_RECORDING = """
from typedprom import OpenLabel, StateSet
from tests.runtime.sample._signatures import GaugeByErrorType
for name in ("python_info", "python_gc_objects_collected_total", "process_open_fds"):
    REGISTRY.unregister(REGISTRY._names_to_collectors[name])
Counter("their", "Of somebody else.").inc(7)
catalog = typedprom.Catalog(namespace="x", title="", description="", interface=1)
StateSet(catalog, key="p", name="x_phase", help="Phase.", states=("up", "down"))
GaugeByErrorType(catalog, key="d", name="x_depth", help="Depth.", labels=(
    OpenLabel("error_type", help="", budget=9),))
catalog.register()
import json
from urllib.request import Request, urlopen
def scraped(url, accept):
    with urlopen(Request(url, headers={"Accept": accept})) as response:
        return response.read().decode()
with typedprom.serve(0) as server:
    texts = [scraped(server.url, accept) for accept in ("", "application/openmetrics-text")]
texts += [typedprom.exposition().body.decode(), generate_latest().decode()]
print(json.dumps(texts))
"""


@pytest.mark.parametrize("created", ["", "1"])
def test_created_series_are_there_unless_the_program_does_not_want_them(
    created: str, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_DISABLE_CREATED_SERIES", created)
    texts = json.loads(program(WITHOUT_RECORDING))
    assert spool.is_dir()
    assert [("sample_heartbeat_created" in text) for text in texts] == [not created] * 4


# What cannot be read or written.


def test_a_spool_that_cannot_be_read_costs_our_samples_only(spool: Path) -> None:
    told = f"the metrics in {spool} cannot be read: 5 (further ones are not logged)\n"
    assert program(UNREADABLE, told) == "None 7.0 False\n"


UNREADABLE = """
import errno
from typedprom.spool.store import SpoolStore
HEARTBEAT.inc()
def fail(store):
    raise OSError(errno.EIO)
SpoolStore.collect_declared = fail
Counter("their", "Of somebody else.").inc(7)
values = [REGISTRY.get_sample_value(name) for name in ("sample_heartbeat_total", "their_total")]
print(*values, b"sample_heartbeat_total 1.0" in generate_latest())
"""


def test_what_cannot_be_written_to_a_spool_is_in_memory(tmp_path: Path) -> None:
    assert program(UNWRITABLE.format(path=tmp_path), errors_of(tmp_path)) == "3.0 3.0\n"


def errors_of(folder: Path) -> str:
    """What is logged of a folder that is a file."""
    done = run_python(
        "-c", BEGINNING.replace("import os", "import os") + UNWRITABLE.format(path=folder)
    )
    return re.sub("^[^:]*WARNING.*: ", "", done.stderr)


UNWRITABLE = """
open("{path}/file", "w").close()
os.environ["TYPEDPROM_SPOOL_DIR"] = "{path}/file"
catalog = typedprom.Catalog(namespace="x", title="", description="", interface=1)
c = typedprom.Counter(catalog, key="c", name="x_c_total", help="h")
catalog.register()
c.inc(3)
value = REGISTRY.get_sample_value("x_c_total")
text = typedprom.exposition().body.decode()
print(value, text.partition("\\nx_c_total ")[2].split()[0])
"""


# Serving and pushing at once.


@pytest.mark.usefixtures("spool")
@pytest.mark.parametrize("exposed", ["generate_latest()", "typedprom.exposition()"])
def test_exposing_what_is_pushed_is_told_once(
    exposed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TYPEDPROM_TEXTFILE", str(tmp_path / "x.prom"))
    spool = tmp_path / "spool"
    told = (
        f"the metrics in {spool} are exposed by this process, and pushed because of "
        "TYPEDPROM_TEXTFILE: a Prometheus that gets both counts twice; unset TYPEDPROM_TEXTFILE, "
        "or do not scrape this process (further ones are not logged)\n"
    )
    program(f"{exposed}; {exposed}", told)
    program("HEARTBEAT.inc()")

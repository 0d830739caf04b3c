"""`typedprom.exposition()`: body and content type, for views."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import cast

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client import Counter as TheirCounter

import typedprom
from tests.delivery.decoded import families
from tests.exposition.exposed import counter_by_two, fresh
from tests.exposition.scraping import PROMETHEUS_2_42, PROMETHEUS_3_5, PROMETHEUS_3_5_CREATED
from tests.support.programs import FORKS_MAY_WARN, run_python


def registered() -> CollectorRegistry:
    """A registry with a counter of ours and one of somebody else."""
    registry = CollectorRegistry()
    counter = counter_by_two(fresh())
    counter.inc(3, source_id="kexp", error_type="dns")
    registry.register(counter)
    TheirCounter("their", "h", registry=registry).inc(7)
    return registry


def test_it_is_a_body_and_its_content_type() -> None:
    registry = registered()
    body, content_type = typedprom.exposition(registry=registry)
    assert content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert body == generate_latest(registry)
    assert typedprom.exposition(None, registry=registry).body == body
    found = typedprom.exposition(PROMETHEUS_2_42, registry=registry)
    assert found.content_type.startswith("application/openmetrics-text; version=1.0.0;")
    assert found.body.endswith(b"# EOF\n")
    for asked in (PROMETHEUS_3_5, "application/openmetrics-text;version=2.0.0"):
        assert "; version=1.0.0;" in typedprom.exposition(asked, registry=registry).content_type
    body, content_type = typedprom.exposition(PROMETHEUS_3_5_CREATED, registry=registry)
    assert content_type.startswith("application/vnd.google.protobuf;")
    assert {family.name for family in families(body)} == {"x_c_total", "their_total"}


def test_by_default_it_is_the_registry_of_prometheus_client() -> None:
    assert typedprom.exposition().body.count(b"# TYPE python_info gauge\n") == 1


def test_threads_may_ask_at_once() -> None:
    registry, bodies = registered(), set[bytes]()
    threads = [
        threading.Thread(target=lambda: bodies.add(typedprom.exposition(registry=registry).body))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bodies == {generate_latest(registry)}


@pytest.mark.parametrize("accept", [b"text/plain", 5, ["text/plain"]])
def test_a_header_that_is_no_text_is_told(accept: object) -> None:
    with pytest.raises(TypeError, match="`accept` is the text of an Accept header, not "):
        typedprom.exposition(cast("str", accept))


def test_what_a_collector_raises_is_raised() -> None:
    class Broken:
        def collect(self) -> list[object]:
            raise ZeroDivisionError

    registry = CollectorRegistry()
    registry.register(Broken())  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        typedprom.exposition(registry=registry)


@pytest.mark.parametrize("spooled", ["0", "1"])
def test_a_forked_child_exposes_too(
    spooled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if spooled == "1":
        monkeypatch.setenv("TYPEDPROM_SPOOL_DIR", str(tmp_path / "spool"))
    done = run_python(*FORKS_MAY_WARN, "-c", FORKED)
    assert (done.returncode, done.stderr) == (0, "")


FORKED = """
import os, threading, typedprom
from tests.runtime.sample import HEARTBEAT
HEARTBEAT.inc(5)
def counted():
    lines = typedprom.exposition().body.decode().splitlines()
    return next(line.split()[1] for line in lines if line.startswith("sample_heartbeat_total "))
assert counted() == "5.0"
ending = threading.Event()
def scrape():
    while not ending.is_set():
        counted()
thread = threading.Thread(target=scrape)
thread.start()
for _ in range(5):
    child = os.fork()
    if not child:
        HEARTBEAT.inc(0)
        os._exit(counted() != "5.0")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
ending.set()
thread.join()
"""


def test_it_imports_prometheus_client_when_it_is_called_and_not_before() -> None:
    done = run_python("-c", LAZY)
    assert (done.stdout, done.stderr) == ("False True\n", "")


LAZY = """
import sys, typedprom
before = "prometheus_client" in sys.modules
typedprom.exposition()
print(before, "prometheus_client" in sys.modules)
"""


def test_nothing_of_ours_is_there_when_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPEDPROM_DISABLED", "1")
    done = run_python(
        "-c",
        "import typedprom; from tests.runtime.sample import *; HEARTBEAT.inc()\n"
        "print(b'sample' in typedprom.exposition().body)",
    )
    assert (done.stdout, done.stderr) == ("False\n", "")

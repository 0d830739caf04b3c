"""The pytest plugin in real sessions: pytest in a process of its own, over tests as users write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

LOADED = ("-p", "typedprom.pytest_plugin", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")

METRICS = """
from sms_metrics_generated import (
    CATALOG, HEARTBEAT, INGEST_LOG_ACTIVE_CONSUMERS, PIPELINE_ERRORS, PIPELINE_LAST_RUN_TIMESTAMP,
    SOURCES_REQUEST_DURATION, SOURCES_REQUESTS_ERROR, SOURCES_REQUESTS_SUCCESS,
)
from prometheus_client import REGISTRY, generate_latest
from typedprom.testing import isolated, only_recorded, recorded, snapshot
import pytest
"""

# Each test relies on starting at zero, so that all orders and any split must do.
INDEPENDENT = f"""{METRICS}
BOUND = SOURCES_REQUESTS_SUCCESS.labels(source_id="bound")  # for the life of the process
HEARTBEAT.inc(40)

@pytest.mark.parametrize("number", range(6))
def test_starts_at_zero(number):
    assert recorded(SOURCES_REQUESTS_SUCCESS).delta == 0
    assert recorded(HEARTBEAT).delta == 0
    text = generate_latest().decode()
    assert "sms_heartbeat_total 0.0" in text
    assert 'source_id="' not in text
    HEARTBEAT.inc(3)
    SOURCES_REQUESTS_SUCCESS.inc(source_id=f"source{{number}}")
    SOURCES_REQUEST_DURATION.observe(2, source_id="kexp")
    INGEST_LOG_ACTIVE_CONSUMERS.set(7)

@pytest.mark.parametrize("number", range(6))
def test_handles_stay_bound(number):
    SOURCES_REQUESTS_SUCCESS.inc(source_id="other")
    BOUND.inc(number)
    BOUND.inc()
    SOURCES_REQUESTS_SUCCESS.inc(source_id="bound")
    labels = {{"source_id": "bound"}}
    exposed = REGISTRY.get_sample_value("sms_sources_requests_success_total", labels)
    assert exposed == number + 2 == recorded(SOURCES_REQUESTS_SUCCESS, source_id="bound").delta

@pytest.mark.parametrize("number", range(2))
def test_budgets_are_unused(number):
    for source in range(100):
        SOURCES_REQUESTS_SUCCESS.inc(source_id=f"{{number}}/{{source}}")
    assert recorded(SOURCES_REQUESTS_SUCCESS, source_id="_overflow").delta == 0
    SOURCES_REQUESTS_SUCCESS.inc(source_id="one more")
    assert recorded(SOURCES_REQUESTS_SUCCESS, source_id="_overflow").delta == 1

@pytest.mark.parametrize("number", range(2))
def test_misuse_is_reported_once_a_test(number, monkeypatch, caplog):
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    for _ in range(3):
        HEARTBEAT.inc(-1)
    assert len(caplog.records) == 1
"""

FAILING = f"""{METRICS}
def fetch(source_id):
    SOURCES_REQUESTS_SUCCESS.inc(source_id=source_id)
    SOURCES_REQUEST_DURATION.observe(0.75, source_id=source_id)
    INGEST_LOG_ACTIVE_CONSUMERS.set(2)

def test_counter():
    with recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp") as r:
        fetch("kepx")
    assert r.delta == 1

def test_partial():
    with recorded(SOURCES_REQUESTS_ERROR).where(source_id="kexp") as r:
        for error_type in ("dns", "timeout"):
            SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type=error_type)
        SOURCES_REQUESTS_ERROR.inc(3, source_id="neumos", error_type="dns")
    assert r.delta < 2

def test_histogram():
    with recorded(SOURCES_REQUEST_DURATION, source_id="kexp") as r:
        fetch("kexp")
        fetch("kexp")
    assert r.sum == 1.25

def test_gauge():
    INGEST_LOG_ACTIVE_CONSUMERS.set(3)
    with recorded(INGEST_LOG_ACTIVE_CONSUMERS) as r:
        INGEST_LOG_ACTIVE_CONSUMERS.dec()
    assert 4 == r.value

def test_never_set():
    assert recorded(PIPELINE_LAST_RUN_TIMESTAMP, command="parse").value > 0

def test_nothing_else():
    with recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp") as r:
        fetch("kexp")
    assert r.delta == 1
    r.assert_nothing_else()

def test_only():
    with only_recorded(SOURCES_REQUESTS_SUCCESS, INGEST_LOG_ACTIVE_CONSUMERS):
        fetch("kexp")

def test_none():
    with only_recorded():
        HEARTBEAT.inc()

def test_nothing_at_all():
    assert recorded(HEARTBEAT).delta == 1
"""

WIDER_SCOPES = f"""{METRICS}
@pytest.fixture(scope="session", autouse=True)
def started():
    HEARTBEAT.inc(10)
    yield
    assert recorded(HEARTBEAT).delta == 10 + 100

@pytest.fixture(scope="module")
def worked():
    HEARTBEAT.inc(100)

@pytest.fixture
def prepared():
    HEARTBEAT.inc(1000)
    yield
    assert recorded(HEARTBEAT).delta == 2000

def test_does_not_see_them(worked):
    assert recorded(HEARTBEAT).delta == 0
    HEARTBEAT.inc()

def test_sees_its_own(worked, prepared):
    assert recorded(HEARTBEAT).delta == 1000
    HEARTBEAT.inc(1000)

@pytest.mark.typedprom_not_isolated
def test_sees_all(worked):
    assert recorded(HEARTBEAT).delta == 110

"""


def test_each_test_starts_at_zero(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(INDEPENDENT)
    pytester.runpytest_subprocess(*LOADED).assert_outcomes(passed=16)


def test_in_any_order(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(INDEPENDENT)
    pytester.makeconftest("def pytest_collection_modifyitems(items): items.reverse()")
    pytester.runpytest_subprocess(*LOADED).assert_outcomes(passed=16)


def test_under_xdist(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(INDEPENDENT)
    result = pytester.runpytest_subprocess(*LOADED, "-n", "2", "--dist", "load", "-v")
    result.assert_outcomes(passed=16)
    assert {"[gw0]", "[gw1]"} <= {line.split()[0] for line in result.outlines if "PASSED" in line}


def test_an_installed_plugin_needs_no_option(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(INDEPENDENT)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=16)


def test_failures_say_what_was_recorded(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FAILING)
    result = pytester.runpytest_subprocess(*LOADED, "--tb=short", "-rN", "-q")
    expected = Path(__file__).with_name("failures.txt")
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(_messages(result.outlines), encoding="utf-8")
    assert _messages(result.outlines) == expected.read_text(encoding="utf-8")


def _messages(lines: list[str]) -> str:
    """Which test failed where, and why; without what differs between versions of pytest."""
    kept = [line for line in lines if line.startswith(("___", "E ", "    ")) and "^^" not in line]
    return "".join(f"{line.strip('_ ') if line.startswith('_') else line}\n" for line in kept)


def test_what_fixtures_of_a_wider_scope_recorded_is_set_aside(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(WIDER_SCOPES)
    pytester.runpytest_subprocess(*LOADED, "--strict-markers").assert_outcomes(passed=3)


NOT_ISOLATED = f"""{METRICS}
def test_first():
    HEARTBEAT.inc()

def test_second():
    assert recorded(HEARTBEAT).delta == 1
    with isolated():
        assert recorded(HEARTBEAT).delta == 0
"""


def test_a_project_can_turn_isolation_off(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(NOT_ISOLATED)
    pytester.makeini("[pytest]\ntypedprom_isolation = false")
    pytester.runpytest_subprocess(*LOADED, "--strict-config").assert_outcomes(passed=2)


UNITTEST = f"""{METRICS}
import unittest

class FetchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        HEARTBEAT.inc(50)

    def test_a(self):
        HEARTBEAT.inc()
        self.assertEqual(recorded(HEARTBEAT).delta, 1)

    def test_b(self):
        HEARTBEAT.inc()
        self.assertEqual(recorded(HEARTBEAT).delta, 1)
"""


def test_test_cases_of_unittest_are_isolated(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(UNITTEST)
    pytester.runpytest_subprocess(*LOADED).assert_outcomes(passed=2)


IMPORTED_IN_A_TEST = """
import pytest

@pytest.mark.parametrize("number", range(2))
def test_imports_its_metrics(number):
    from sms_metrics_generated import HEARTBEAT
    from typedprom.testing import recorded
    HEARTBEAT.inc()
    assert recorded(HEARTBEAT).delta == 1

@pytest.mark.typedprom_not_isolated
def test_finds_no_trace_of_it():
    test_imports_its_metrics(0)
"""


def test_metrics_may_be_imported_within_a_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(IMPORTED_IN_A_TEST)
    pytester.runpytest_subprocess(*LOADED).assert_outcomes(passed=3)


WITHOUT_CATALOG = """
import sys

def test_equality_of_floats_is_explained_by_pytest():
    assert float("1.5") == 2

def test_nothing_of_ours_but_the_plugin_was_imported():
    ours = {name for name in sys.modules if name.partition(".")[0] == "typedprom"}
    assert not {name for name in ours if name.startswith("typedprom.testing")}
    assert "prometheus_client" not in sys.modules
"""


def test_a_project_without_catalogs_notices_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(WITHOUT_CATALOG)
    result = pytester.runpytest_subprocess(*LOADED)
    result.assert_outcomes(passed=1, failed=1)
    explained = ["E       AssertionError: assert 1.5 == 2", "E        +  where 1.5*"]
    result.stdout.fnmatch_lines(explained)

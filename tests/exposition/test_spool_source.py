"""What is served of a spool: everything its processes recorded, as one target."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.delivery.decoded import families as decoded
from tests.exposition.scraping import (
    PROMETHEUS_2_42,
    PROMETHEUS_2_53_CREATED,
    PROMETHEUS_3_5,
    Job,
    configure,
    samples,
    scrape,
)
from tests.exposition.spooling import BUSY, recording, serving, spool_served, started
from tests.serving.web_files import web_config
from tests.spool.run_files import JOBS, SINCE, Run, jobs, prepared
from tests.support.certificates import authority
from tests.support.needs import require_servers
from tests.support.programs import run_python
from tools.promql_api import Api, wait_until
from tools.running import prometheus
from typedprom.exposition.family_renderer import FamilyRenderer
from typedprom.exposition.negotiation import choose_format
from typedprom.exposition.spool_source import SpoolSource
from typedprom.serving import responses
from typedprom.serving.responses import Request
from typedprom.spool.store import SpoolStore

HEARTBEAT = "sample_heartbeat_total"
RUNS = 'sample_jobs_runs_total{error_type="dns",source_id="kexp"}'
QUEUE = "sample_jobs_queue_bytes"
THEIRS = 'their_total{kind="a"}'
LIVE, MERGED = 'typedprom_spool_runs{state="live"}', "typedprom_spool_merged_runs_total"
IN_OPENMETRICS, IN_PROTOBUF = "application/openmetrics-text", PROMETHEUS_2_53_CREATED


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The spool of all programs that are started."""
    monkeypatch.setenv("TYPEDPROM_SPOOL_DIR", str(tmp_path / "spool"))
    return tmp_path / "spool"


def record(statements: str) -> None:
    """Record in a process that ends."""
    done = run_python("-c", f"from tests.runtime.sample import *\n{statements}")
    assert (done.returncode, done.stderr) == (0, "")


# A process that serves what it and others record.


@pytest.mark.usefixtures("spool")
@pytest.mark.parametrize("accept", ["", IN_OPENMETRICS])
def test_the_dead_and_the_living_are_one_target(accept: str) -> None:
    record("HEARTBEAT.inc(100); JOBS_QUEUE.set(4)")
    with recording() as other, serving() as server:
        other.do("HEARTBEAT.inc(20); JOBS_RUNS.inc(source_id='kexp', error_type='dns')")
        server.do("HEARTBEAT.inc(3); JOBS_QUEUE.set_function(lambda: 8.0)")
        found = samples(server.port, accept)
        assert (found[HEARTBEAT], found[RUNS], found[QUEUE]) == (123, 1, 12)
        assert (found[LIVE], found[MERGED]) == (2, 1)
        assert found[THEIRS] == 7  # and every sample is there once
        assert sum(name.startswith("python_info") for name in found) == 1
        other.kill()
        server.do("HEARTBEAT.inc()")
        found = samples(server.port, accept)
        assert (found[HEARTBEAT], found[RUNS], found[QUEUE]) == (124, 1, 12)
        assert (found[LIVE], found[MERGED], found[THEIRS]) == (1, 2, 7)
        server.end()


IN_EACH_FORMAT = pytest.mark.parametrize(
    ("accept", "syntax"),
    [
        ("", "text"),
        ("*/*", "text"),
        ("text/plain;version=1.0.0;escaping=dots", "text"),
        (PROMETHEUS_2_42, "openmetrics"),
        (PROMETHEUS_3_5, "openmetrics"),
        ("application/openmetrics-text;version=2.0.0;escaping=values", "openmetrics"),
        (PROMETHEUS_2_53_CREATED, "protobuf"),
    ],
)


def plain(accept: str) -> str:
    """The content type, in which a spool's names are escaped by no other way than underscores."""
    content_type = choose_format(accept).content_type
    return content_type.replace("=dots", "=underscores").replace("=values", "=underscores")


@pytest.mark.usefixtures("spool")
@IN_EACH_FORMAT
def test_formats_of_spool_and_registry(accept: str, syntax: str) -> None:
    with serving() as server:
        server.do("HEARTBEAT.inc(5)")
        response, body = scrape(server.port, accept)
        assert response.headers["Content-Type"] == plain(accept)
        if syntax == "protobuf":
            found = {family.name: family.series[0].value for family in decoded(body)}
            assert (found[HEARTBEAT], found["their_total"], found["same_other"]) == (5, 7, 2)
            return
        assert body.count(b"# EOF\n") == body.endswith(b"# EOF\n") == (syntax == "openmetrics")
        assert samples(server.port, accept)[THEIRS] == 7


@pytest.mark.usefixtures("spool")
def test_some_names_of_spool_and_registry() -> None:
    with serving() as server:
        server.do("HEARTBEAT.inc(); JOBS_QUEUE.set(1)")
        whole = samples(server.port)
        found = samples(server.port, "", HEARTBEAT, "their_total", "absent")
        assert found.keys() - {"sample_heartbeat_created"} == {HEARTBEAT, THEIRS}
        assert samples(server.port, "", "python_info").keys() == {
            name for name in whole if name.startswith("python_info")
        }
        assert samples(server.port, "", "same_other") == {"same_other": 2}
        assert samples(server.port, "", "absent") == {}
        assert samples(server.port).keys() == whole.keys()


@pytest.mark.usefixtures("spool")
def test_a_registry_of_ones_own_beside_the_spool() -> None:
    with serving() as server:
        server.do("HEARTBEAT.inc(5)")
        found = samples(server.other_port)
        assert (found[HEARTBEAT], found["mine_total"]) == (5, 9)
        assert THEIRS not in found
        assert "mine_total" not in samples(server.port)


def test_a_process_with_two_spools_is_one_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("TYPEDPROM_TEXTFILE", str(tmp_path / "x.prom"))
    with started("-c", TWO_SPOOLS) as program:
        port = int(program.line())
        for accept in ("", IN_OPENMETRICS):  # of which each tells of itself
            found = samples(port, accept)
            assert (found["x_jobs_total"], found["y_jobs_total"]) == (2, 3)
            assert found[LIVE] == 1
    assert len([*tmp_path.glob("typedprom/*/runs/*.run")]) == 2


TWO_SPOOLS = """
import sys, typedprom
for namespace, amount in (("x", 2), ("y", 3)):
    catalog = typedprom.Catalog(namespace=namespace, title="", description="", interface=1)
    counter = typedprom.Counter(catalog, key="jobs", name=f"{namespace}_jobs_total", help="Jobs.")
    catalog.register()
    counter.inc(amount)
with typedprom.serve(0) as server:
    print(server.port, flush=True)
    sys.stdin.read()
"""


# A spool on its own.


def source_of(tmp_path: Path, *runs: Run) -> SpoolSource:
    directory = prepared(tmp_path)
    for run in runs:
        run.write(directory)
    return SpoolSource(SpoolStore(directory))


@IN_EACH_FORMAT
def test_formats_of_a_spool(accept: str, syntax: str, tmp_path: Path) -> None:
    content_type, body = source_of(tmp_path, jobs(5), jobs(2)).render(accept, ())
    assert content_type == plain(accept)
    if syntax == "protobuf":
        (family,) = (family for family in decoded(body) if family.name == JOBS.name)
        (series,) = family.series
        assert (series.value, series.created) == (7.0, SINCE)
    else:
        assert b"\nx_jobs_total 7.0\n" in body
        assert body.endswith(b"# EOF\n") == (syntax == "openmetrics")


@pytest.mark.parametrize("accept", ["", IN_OPENMETRICS, IN_PROTOBUF])
def test_who_asks_for_some_names_leaves_the_lines_of_the_others(
    accept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = source_of(tmp_path, jobs(5))
    source.render(accept, ())

    def fail(*_: object) -> None:
        raise AssertionError("it is written anew")

    monkeypatch.setattr(FamilyRenderer, "_entry", fail)
    for names, expected in (
        (["x_jobs_total"], True),
        (["x_jobs_created"], True),
        (["x_jobs"], False),
        (["absent"], False),
        (["absent", "x_jobs_total"], True),
    ):
        content_type, body = source.render(accept, names)
        assert (b"x_jobs" in body) is expected
        assert b"typedprom_spool_runs" not in body
        assert content_type == source.render(accept, ())[0]


@pytest.mark.usefixtures("lenient")
def test_a_spool_that_cannot_be_read_is_no_collectors_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    source = source_of(tmp_path)

    def collect(_: SpoolStore) -> None:
        raise BlockingIOError(11, "somebody has the lock")

    monkeypatch.setattr(SpoolStore, "collect_declared", collect)
    response = responses.scraped(source, Request("GET", "", "", ""))
    assert (response.status, response.body) == (
        500,
        b"the metrics cannot be read: BlockingIOError\n",
    )
    assert "somebody has the lock" in caplog.messages[0]


# `typedprom-spool serve`.


def test_the_command_needs_no_prometheus_client(spool: Path) -> None:
    record("HEARTBEAT.inc(5)")
    with spool_served(spool, "--health", "/healthz", python=("-c", WITHOUT)) as server:
        assert samples(server.port)[HEARTBEAT] == 5
        assert samples(server.port, IN_OPENMETRICS)[HEARTBEAT] == 5
        assert decoded(scrape(server.port, IN_PROTOBUF)[1])
        assert server.terminate() == "set()\n"


WITHOUT = """
import sys
from typedprom.delivery.cli import main
status = main()
print({"prometheus_client"} & {*sys.modules})
sys.exit(status)
"""


def test_the_command_is_scraped_by_prometheus(spool: Path, tmp_path: Path) -> None:
    require_servers()
    record("HEARTBEAT.inc(5); JOBS_DURATION.observe(0.3, source_id='kexp')")
    with (
        recording() as other,
        spool_served(spool) as server,
        prometheus(tmp_path, {"spool": server.port}) as scraper,
    ):
        api = Api(scraper.port)
        other.do("HEARTBEAT.inc(2)")
        wait_until(lambda: api.value(HEARTBEAT) == 7, seconds=30, what="both processes")
        assert api.value("sample_jobs_duration_seconds_count") == 1
        other.do("HEARTBEAT.inc(2)")
        other.kill()
        record("HEARTBEAT.inc(1)")
        wait_until(lambda: api.value(HEARTBEAT) == 10, seconds=30, what="all three processes")
        assert api.value(f"resets({HEARTBEAT}[1m])") == 0
        assert server.terminate() == ""


def test_the_command_serves_https_to_users_only(spool: Path, tmp_path: Path) -> None:
    require_servers()
    record("HEARTBEAT.inc(5)")
    ours = authority(tmp_path)
    file = web_config(tmp_path / "web.yml", ours.issue("server"), prometheus="correct horse")
    (tmp_path / "password").write_text("correct horse", encoding="utf-8")
    with (
        spool_served(spool, "--web.config.file", str(file)) as server,
        prometheus(tmp_path, {}) as scraper,
    ):
        assert server.first.startswith(f"serving {spool} at https://127.0.0.1:")
        trusting = {"scheme": "https", "tls_config": {"ca_file": str(ours.own.certificate)}}
        user = {"username": "prometheus", "password_file": str(tmp_path / "password")}
        right: Job = {**trusting, "basic_auth": user}
        jobs: dict[str, Job] = {"right": right, "nobody": {**trusting}}
        configure(tmp_path / "prometheus.yml", jobs, server.port)
        scraper.process.send_signal(signal.SIGHUP)
        api = Api(scraper.port)
        wait_until(lambda: api.value("count(up)") == 2, seconds=30, what="every scrape")
        wait_until(lambda: api.value("sum(up)") == 1, seconds=30, what="one good scrape")
        assert [(a.labels["job"], a.value) for a in api.query(HEARTBEAT)] == [("right", 5)]
        assert server.terminate() == ""


# Files of others, and everybody at once.


def truncated() -> Iterator[bytes]:
    """A run file that ends too early, at several places."""
    whole = jobs(1000).data
    for length in (0, 1, 7, len(whole) // 2, len(whole) - 1):
        yield whole[:length]


def test_files_that_are_no_runs_cost_no_scrape(spool: Path) -> None:
    record("HEARTBEAT.inc(5)")
    foreign = [b"", b"\0" * 4096, b"not a run\n", *truncated()]
    with spool_served(spool) as server:
        for number, data in enumerate(foreign):
            (spool / "runs" / f"{number:032x}.run").write_bytes(data)
            (spool / "runs" / f"notes{number}.txt").write_bytes(data)
            for accept in ("", IN_OPENMETRICS):
                assert samples(server.port, accept)[HEARTBEAT] == 5
            assert scrape(server.port, IN_PROTOBUF)[0].status == 200
        (spool / "runs" / f"{99:032x}.run").mkdir()
        record("HEARTBEAT.inc(2)")
        found = samples(server.port)
        assert found[HEARTBEAT] == 7
        assert found["typedprom_spool_damaged_files"] >= 3


CLIENTS = 50
SCRAPES = 3
PROCESSES = 2
DURATION = "sample_jobs_duration_seconds"


def test_scrapes_in_parallel_are_whole_and_never_go_back(spool: Path) -> None:
    record("HEARTBEAT.inc(1000)")
    with ExitStack() as stack:
        server = stack.enter_context(spool_served(spool))
        busy = [stack.enter_context(started("-c", BUSY)) for _ in range(PROCESSES)]
        others = stack.enter_context(ThreadPoolExecutor(1))
        clients = stack.enter_context(ThreadPoolExecutor(CLIENTS))
        wait_until(
            lambda: samples(server.port).get(LIVE) == PROCESSES, seconds=30, what="the processes"
        )
        dying = [others.submit(record, "HEARTBEAT.inc(10)") for _ in range(3)]
        scraped = [clients.submit(scrapes, server.port, number) for number in range(CLIENTS)]
        for client in scraped:
            check(client.result())
        for process in dying:
            process.result()
        counted = [int(program.end()) for program in busy]
        assert min(counted) > 0
        found = samples(server.port)
        assert found[HEARTBEAT] == 1030 + sum(counted)
        assert found[f'{DURATION}_count{{source_id="kexp"}}'] == sum(counted)


def scrapes(port: int, number: int) -> list[dict[str, float]]:
    accept = ("", IN_OPENMETRICS)[number % 2]
    return [samples(port, accept) for _ in range(SCRAPES)]


def check(found: list[dict[str, float]]) -> None:
    """Of one client's scrapes, each is whole, and nothing counts back."""
    for last, scraped in zip([{}, *found], found, strict=False):
        buckets = [
            scraped[f'{DURATION}_bucket{{le="{le}",source_id="kexp"}}']
            for le in ("0.1", "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf")
        ]
        assert buckets == sorted(buckets)
        assert buckets[-1] == scraped[f'{DURATION}_count{{source_id="kexp"}}']
        quick, middle = buckets[1], buckets[2] - buckets[1]
        expected = 0.25 * quick + 0.75 * middle + 4.0 * (buckets[-1] - buckets[2])
        total = scraped[f'{DURATION}_sum{{source_id="kexp"}}']
        assert abs(expected - total) <= 4.0 * PROCESSES  # of those in flight
        for name, value in last.items():
            if "_created" not in name and not name.startswith("typedprom_spool_"):
                assert scraped[name] >= value, name

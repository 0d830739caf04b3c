"""`typedprom-spool verify`, with real servers: what is right is ok, and each fault has its row."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from tests.delivery.gateway import RECORD_FIVE, Delivering
from tests.delivery.receivers import raw, receiver, respond
from tests.support.needs import require_servers
from tests.support.programs import ROOT
from tools.promql_api import Api, wait_until
from tools.running import HOST, free_port, prometheus, pushgateway
from typedprom.delivery import verify
from typedprom.delivery.credentials import Credentials
from typedprom.delivery.saved_settings import SavedSettings
from typedprom.delivery.settings import Settings
from typedprom.delivery.verify_sources import JSONSource
from typedprom.spool.directory import SpoolDirectory

RULES = sorted((ROOT / "deploy" / "prometheus" / "rules").glob("*.yml"))
INFOS = ROOT / "tests" / "golden" / "python_info_and_stateset" / "expected"
ALL_TYPES = f"""
{RECORD_FIVE}
import sys, typedprom
sys.path.append({str(INFOS)!r})
from sms_metrics_generated import NORMALIZE_CONFIDENCE, PIPELINE_LAST_RUN_TIMESTAMP
from metrics_info_and_stateset import WORKERS_BUILD, WORKERS_PHASE
NORMALIZE_CONFIDENCE.observe(0.25)
PIPELINE_LAST_RUN_TIMESTAMP.set(float("nan"), command="parse")
SOURCES_REQUESTS_SUCCESS.inc(1e22, source_id='a"b{{\\\\c}} d')
WORKERS_BUILD.set(version="1.2", channel="stable")
WORKERS_PHASE.set("serving")
catalog = typedprom.Catalog(namespace="sms", title="X", description="", interface=1)
typedprom.Histogram(
    catalog, key="drift", name="sms_drift", help="Drift.", buckets=(-1.0, 1.0)
).observe(-3)
catalog.register()
with typedprom.job("a"):
    pass
"""
PASSWORD = "letmein-8431"  # noqa: S105 - of nothing


@dataclass(frozen=True, slots=True)
class Setup:
    """A gateway; a Prometheus that scrapes it as it should, and one that does not."""

    folder: Path
    gateway: int
    right: int
    wrong: int

    def delivering(self, instance: str) -> Delivering:
        """Programs with a spool and a group of their own, in one folder for all catalogs."""
        state = self.folder / instance
        spool = str(state / "typedprom" / "sms")
        more = {"TYPEDPROM_INSTANCE": instance, "TYPEDPROM_SPOOL_DIR": spool}
        more["TYPEDPROM_PUSHGATEWAY_URL"] = f"http://{HOST}:{self.gateway}"
        return Delivering(self.gateway, state, more)


@pytest.fixture(scope="module")
def setup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setup]:
    """Both, with what two programs have delivered and what is scraped of that."""
    require_servers()
    folder = tmp_path_factory.mktemp("verify")
    for name in ("right", "wrong"):
        (folder / name).mkdir()
    with (
        pushgateway(folder) as gateway,
        prometheus(folder / "right", {"gateway": gateway.port}, rules=RULES) as right,
        prometheus(
            folder / "wrong", {"gateway": gateway.port}, scraping={"honor_labels": False}
        ) as wrong,
    ):
        setup = Setup(folder, gateway.port, right.port, wrong.port)
        setup.delivering("right").run(ALL_TYPES)
        for server in (right, wrong):
            wait_until(partial(_has_scraped, Api(server.port)), seconds=30, what="a scrape")
        yield setup


def _has_scraped(api: Api) -> bool:
    return bool(api.query("push_time_seconds"))


Rows = Mapping[str, tuple[str, str]]


def verified(delivering: Delivering, *options: str, status: int) -> Rows:
    """The state and the words of each check; what is printed is checked for its form."""
    command = ("verify", str(delivering.spool), *options)
    done = delivering.spool_command(*command, "--json")
    assert (done.returncode, done.stderr) == (status, "")
    answer = json.loads(done.stdout)
    assert answer["ok"] == (status == 0)
    assert answer["directory"] == str(delivering.spool)
    rows = {
        row["check"]: (row["state"], f"{row['finding']} {row['remedy']}")
        for row in answer["checks"]
    }
    assert len(rows) == len(answer["checks"])
    assert PASSWORD not in done.stdout
    return rows


def states(rows: Rows) -> dict[str, str]:
    return {check: state for check, (state, _) in rows.items() if state != "ok"}


def at(port: int) -> str:
    return f"http://{HOST}:{port}"


LATER = dict.fromkeys(("scrape", "honor_labels", "scraped_values"), "unknown")


def test_a_right_setup_is_all_ok(setup: Setup) -> None:
    delivering = setup.delivering("right")
    rows = verified(delivering, "--prometheus", at(setup.right), status=0)
    assert states(rows) == {}
    assert [*rows] == [
        *("spool", "gateway", "group", "values"),
        *("prometheus", "scrape", "honor_labels", "scraped_values", "rules"),
    ]
    assert re.search(r"job=\w+,instance=right was pushed \d+ s ago", rows["group"][1])


def test_it_is_printed_as_a_table_of_the_width_of_a_terminal(setup: Setup) -> None:
    right = setup.delivering("right")
    delivering = replace(right, more={**right.more, "COLUMNS": "100"})
    done = delivering.spool_command(
        "verify", str(delivering.spool), "--prometheus", at(setup.wrong)
    )
    assert done.returncode == 1
    assert re.search(r"^ok {7}gateway {9}http://127.0.0.1:\d+ answers$", done.stdout, re.M)
    assert re.search(r"^WRONG {4}honor_labels {4}\S", done.stdout, re.M)
    assert re.search(r"^ {25}-> add `honor_labels: true`", done.stdout, re.M)
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert done.stderr == ""


def test_labels_that_are_not_honoured_and_rules_that_are_missing(setup: Setup) -> None:
    rows = verified(setup.delivering("right"), "--prometheus", at(setup.wrong), status=1)
    assert states(rows) == {
        "honor_labels": "wrong",
        "scraped_values": "unknown",
        "rules": "wrong",
    }
    assert "scrape configuration of the job gateway lacks honor_labels" in rows["honor_labels"][1]
    assert "deploy/prometheus/rules" in rows["rules"][1]


def test_a_gateway_that_is_not_scraped(setup: Setup, tmp_path: Path) -> None:
    with pushgateway(tmp_path) as other:
        delivering = Delivering(other.port, tmp_path / "state", {"TYPEDPROM_INSTANCE": "alone"})
        delivering.run(RECORD_FIVE)
        rows = verified(delivering, "--prometheus", at(setup.right), status=1)
        assert states(rows) == {**LATER, "scrape": "wrong"}
        assert f"no target {HOST}:{other.port}" in rows["scrape"][1]


def test_a_gateway_of_which_another_has_the_group(setup: Setup, tmp_path: Path) -> None:
    with pushgateway(tmp_path) as other:
        delivering = replace(setup.delivering("right"), port=other.port, state=tmp_path / "state")
        more = {**delivering.more, "TYPEDPROM_SPOOL_DIR": str(delivering.spool)}
        more["TYPEDPROM_PUSHGATEWAY_URL"] = at(other.port)
        delivering = replace(delivering, more=more)
        delivering.run(ALL_TYPES)
        rows = verified(delivering, "--prometheus", at(setup.right), status=1)
        assert states(rows) == {**LATER, "scrape": "wrong"}
        assert "as another spool pushed it" in rows["scrape"][1]


@pytest.mark.slow
def test_a_target_that_cannot_be_scraped(tmp_path: Path) -> None:
    require_servers()
    (tmp_path / "prometheus").mkdir()
    with pushgateway(tmp_path) as gateway:
        delivering = Delivering(gateway.port, tmp_path / "state")
        delivering.run(RECORD_FIVE)
        scraping = {"metrics_path": f"/{PASSWORD}/metrics"}
        with prometheus(
            tmp_path / "prometheus", {"gateway": gateway.port}, scraping=scraping
        ) as server:
            api = Api(server.port)
            wait_until(lambda: bool(api.query("up")), seconds=30, what="a scrape")
            options = ("--prometheus", at(server.port), "--pushgateway")
            address = f"http://me:{PASSWORD}@{HOST}:{gateway.port}"
            rows = verified(delivering, *options, address, status=1)
    assert states(rows) == {**LATER, "scrape": "wrong", "rules": "wrong"}
    assert f"cannot scrape its target {HOST}:{gateway.port}: " in rows["scrape"][1]


def test_a_group_that_is_missing(setup: Setup) -> None:
    delivering = setup.delivering("right")
    other = replace(delivering, more={**delivering.more, "TYPEDPROM_INSTANCE": "there"})
    rows = verified(other, "--prometheus", at(setup.right), status=1)
    assert states(rows) == {"group": "wrong", "values": "unknown", **LATER}
    assert "instance=there; this spool was pushed to the group job=" in rows["group"][1]
    offline = setup.delivering("offline")
    replace(offline, more={**offline.more, **OFFLINE}).run(RECORD_FIVE)
    rows = verified(offline, status=1)
    assert states(rows) == {"group": "wrong", "values": "unknown", "prometheus": "unknown"}
    assert "typedprom-spool deliver" in rows["group"][1]


OFFLINE = {"SMS_PUSHGATEWAY_URL": "", "TYPEDPROM_PUSHGATEWAY_URL": ""}


def test_a_group_of_another_spool(setup: Setup, tmp_path: Path) -> None:
    mine = setup.delivering("shared")
    mine.run(RECORD_FIVE)
    theirs = replace(mine, state=tmp_path)
    theirs = replace(theirs, more={**mine.more, "TYPEDPROM_SPOOL_DIR": str(theirs.spool)})
    theirs.run(RECORD_FIVE)
    rows = verified(mine, status=1)
    assert states(rows) == {"group": "wrong", "values": "unknown", "prometheus": "unknown"}
    assert "by another spool, " in rows["group"][1]


def test_a_group_that_is_stale(setup: Setup) -> None:
    delivering = setup.delivering("stale")
    delivering.run(RECORD_FIVE)
    assert "wrong" not in states(verified(delivering, status=0)).values()
    replace(delivering, more={**delivering.more, **OFFLINE}).run(RECORD_FIVE)
    rows = verified(delivering, status=1)
    assert states(rows) == {"values": "wrong", "prometheus": "unknown"}
    assert 'sms_sources_requests_success_total{source_id="kexp"} is 5, not 10' in rows["values"][1]
    assert delivering.spool_command("deliver", str(delivering.spool)).returncode == 0
    verified(delivering, status=0)


def test_a_process_that_lives_may_be_ahead_of_its_pushes(setup: Setup) -> None:
    delivering = setup.delivering("live")
    ahead = f"""
import sys, typedprom
{RECORD_FIVE}
assert typedprom.deliver()
SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
print("ready", flush=True)
sys.stdin.read()
"""
    with delivering.start(ahead.replace("sys.stdin.read()", "import time; time.sleep(60)")) as live:
        try:
            assert live.stdout is not None
            assert live.stdout.readline() == "ready\n"
            rows = verified(delivering, status=0)
        finally:
            live.kill()
            live.communicate()
    assert "is 5, not 6; process " in rows["values"][1]


@pytest.mark.parametrize(("interval", "state"), [(0.0, "ok"), (0.1, "wrong"), (15.0, "ok")])
def test_a_process_that_lives_has_pushed_lately(
    interval: float, state: str, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "_LATE_SECONDS", 0.5)
    delivering = setup.delivering(f"silent{interval:g}")
    stop = "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"
    process = delivering.start(f"import typedprom\n{RECORD_FIVE}\ntypedprom.deliver()\n{stop}")
    try:
        os.waitpid(process.pid, os.WUNTRACED)
        time.sleep(0.6)
        saved = SavedSettings.load(delivering.spool)
        assert saved is not None
        settings = Settings({"job": saved.job, "instance": saved.instance}, interval)
        content, _ = verify.read_spool(SpoolDirectory(delivering.spool), settings)
        gateway = JSONSource(at(setup.gateway), "gateway", Credentials())
        checks, _ = verify.check_gateway(content, gateway)
    finally:
        process.kill()
        process.communicate()
    assert [check.state for check in checks if check.check == "group"] == [state]


def test_what_was_not_recorded_yet(setup: Setup) -> None:
    delivering = setup.delivering("never")
    rows = verified(delivering, "--prometheus", at(setup.right), status=1)
    assert rows["spool"][0] == "wrong"
    assert rows["group"] == ("unknown", "not checked: there is nothing to push ")
    assert not delivering.state.exists()


def test_damaged_files_are_told(setup: Setup) -> None:
    delivering = setup.delivering("damaged")
    delivering.run(RECORD_FIVE)
    (delivering.spool / "damaged" / "x.run").write_bytes(b"?")
    rows = verified(delivering, status=1)
    assert states(rows) == {"spool": "wrong", "prometheus": "unknown"}
    assert "set aside as damaged: x.run" in rows["spool"][1]


def test_other_destinations_are_not_checked(setup: Setup, tmp_path: Path) -> None:
    delivering = setup.delivering("textfile")
    both = {**delivering.more, "TYPEDPROM_TEXTFILE": str(tmp_path / "sms.prom")}
    delivering = replace(delivering, more=both)
    delivering.run(RECORD_FIVE)
    rows = verified(delivering, status=0)
    assert states(rows) == {"destination": "unknown", "prometheus": "unknown"}


NO_ANSWERS = {
    "html": b"<html>",
    "nothing": b"",
    "no data": b'{"status": "success"}',
    "numbers": b'{"data": 7}',
    "lists": b'{"data": {"result": [1, [2], {"metric": {"job": 3}, "value": [1, "x"]}]}}',
    "nested": b'{"data":' + b"[" * 100_000,
    "not utf-8": b'{"data": "\xff"}',
    "secret": f'{{"data": 7, "why": "{PASSWORD}"}}'.encode(),
}


@pytest.mark.parametrize("answer", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_servers_that_answer_nonsense(answer: bytes, setup: Setup) -> None:
    saved = SavedSettings.load(setup.delivering("right").spool)
    assert saved is not None
    settings = Settings({"job": saved.job, "instance": saved.instance})
    content, _ = verify.read_spool(SpoolDirectory(setup.delivering("right").spool), settings)
    gateway = JSONSource(at(setup.gateway), "gateway", Credentials())
    _, group = verify.check_gateway(content, gateway)
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
    with receiver(raw(head + answer)) as server:
        odd = JSONSource(f"http://me:{PASSWORD}@{HOST}:{server.port}", "server", Credentials())
        checks = verify.check_prometheus(content, odd, gateway, group)
        wrong = [check.check for check in checks if check.state == "wrong"]
        assert wrong in (["prometheus"], ["scrape"])
        others, held = verify.check_gateway(content, odd)
        assert (others[0].check, others[0].state, held) == ("gateway", "wrong", None)
        assert PASSWORD not in repr((checks, others))


def test_servers_that_do_not_answer_or_refuse(setup: Setup) -> None:
    delivering = setup.delivering("right")
    rows = verified(delivering, "--prometheus", at(free_port()), status=1)
    assert states(rows) == {"prometheus": "wrong", **LATER, "rules": "unknown"}
    rows = verified(delivering, "--prometheus", at(setup.gateway), status=1)
    assert "answers 404" in rows["prometheus"][1]
    assert "whether this is its address" in rows["prometheus"][1]
    with receiver(respond(401, f"{PASSWORD} is wrong")) as server:
        url = f"http://me:{PASSWORD}@{HOST}:{server.port}"
        rows = verified(delivering, "--pushgateway", url, "--prometheus", url, status=1)
    assert "answers 401" in rows["gateway"][1]
    assert "answers 401" in rows["prometheus"][1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--prometheus", f"ftp://me:{PASSWORD}@host"), "must begin with http:// or https://"),
        (("--prometheus", "http://host/?a=b"), "must not have a query"),
        (("--pushgateway", f"http://me:{PASSWORD}@ho st"), "is not the name of a host"),
        (("--otlp", "http://host"), "unrecognized arguments"),
    ],
)
def test_wrong_usage(options: tuple[str, str], words: str, setup: Setup) -> None:
    delivering = setup.delivering("right")
    done = delivering.spool_command("verify", str(delivering.spool), *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert PASSWORD not in done.stderr


def test_without_any_address_there_is_nothing_to_verify(setup: Setup) -> None:
    delivering = setup.delivering("right")
    done = replace(delivering, more={**delivering.more, **OFFLINE}).spool_command("verify")
    assert done.returncode == 2
    assert "or use --pushgateway\n" in done.stderr

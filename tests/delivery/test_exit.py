"""The end of a process: what it recorded is delivered, in time, whatever is at the other end."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from fcntl import LOCK_EX, flock
from http.client import HTTPConnection
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.delivery.gateway import KEXP, RECORD_FIVE, SUCCESS, Delivering, held, samples
from tests.delivery.receivers import HOST, hang, receiver, respond
from tools.running import free_port, pushgateway


def test_importing_the_package_is_enough(delivering: Delivering) -> None:
    for expected in (5, 10, 15):
        delivering.run(RECORD_FIVE)
        assert held(delivering.port)[KEXP] == expected


def test_a_process_that_recorded_nothing_pushes_nothing(delivering: Delivering) -> None:
    delivering.run("import sms_metrics_generated")
    assert held(delivering.port) == {}


def test_closed_labels_begin_at_zero_in_the_gateway_too(delivering: Delivering) -> None:
    delivering.run(RECORD_FIVE)
    assert (
        held(delivering.port)['sms_parser_payload_resolutions_error_total{error_type="not_found"}']
        == 0
    )


def test_gauges_of_the_living_are_gone_with_the_last_push(delivering: Delivering) -> None:
    delivering.run("""
from typedprom import Catalog, Environment, Gauge
catalog = Catalog(namespace="sms", title="", description="", interface=1,
                  environment=Environment(pushgateway_url="SMS_PUSHGATEWAY_URL"))
for combine in ("live_sum", "sum", "last"):
    Gauge(catalog, key=combine, name=f"sms_{combine}", help="h", combine=combine).set(3)
""")
    found = held(delivering.port)
    assert "sms_live_sum" not in found
    assert (found["sms_sum"], found["sms_last"]) == (3, 3)


def test_what_could_not_be_delivered_goes_with_the_next_run(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("down")
    port = free_port()
    delivering = Delivering(port, folder / "state", {"TYPEDPROM_EXIT_SECONDS": "0.5"})
    began = time.monotonic()
    with delivering.start(RECORD_FIVE) as process:
        _, errors = process.communicate(timeout=60)
    assert time.monotonic() - began < 10
    assert process.returncode == 0
    assert errors.count("\n") == 1
    assert "stays in the spool" in errors
    with pushgateway(folder, port=port):
        delivering.run(RECORD_FIVE)
        assert held(port)[KEXP] == 10


def test_a_running_process_pushes_every_while(delivering: Delivering) -> None:
    often = Delivering(delivering.port, delivering.state, {"TYPEDPROM_PUSH_SECONDS": "0.2"})
    with often.start(RECORD_FIVE + "\nimport time\ntime.sleep(60)") as process:
        try:
            deadline = time.monotonic() + 30
            while held(delivering.port).get(KEXP) != 5:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        finally:
            process.kill()
            process.communicate()


def test_a_fork_is_not_pushed_twice(delivering: Delivering) -> None:
    delivering.run(f"""
import os, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads, since CPython 3.12
{RECORD_FIVE}
for _ in range(4):
    if os.fork() == 0:
        for _ in range(5):
            SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
        os._exit(0)
    os.wait()
""")
    assert held(delivering.port)[KEXP] == 25


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_children_that_nobody_waited_for_have_the_last_word(
    method: str, tmp_path_factory: pytest.TempPathFactory, delivering: Delivering
) -> None:
    program = tmp_path_factory.mktemp("program") / "program.py"
    program.write_text(f"""
import multiprocessing, multiprocessing.util, time
from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS
def record():
    time.sleep(0.3)
    for _ in range(5):
        SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
if __name__ == "__main__":
    multiprocessing.get_context({method!r}).Process(target=record).start()
""")
    delivering.run(f"import runpy; runpy.run_path({str(program)!r}, run_name='__main__')")
    assert held(delivering.port)[KEXP] == 5


def test_a_credential_in_the_address_is_shown_nowhere(delivering: Delivering) -> None:
    url = f"http://me:s3cret@{HOST}:{free_port()}"
    secret = Delivering(
        delivering.port,
        delivering.state,
        {"SMS_PUSHGATEWAY_URL": url, "TYPEDPROM_EXIT_SECONDS": "0.3"},
    )
    with secret.start(RECORD_FIVE) as process:
        output, errors = process.communicate(timeout=60)
    assert "stays in the spool" in errors
    assert "s3cret" not in output + errors
    kept = [path.read_bytes() for path in secret.spool.rglob("*") if path.is_file()]
    assert kept
    assert not any(b"s3cret" in content for content in kept)


TWO_CATALOGS = """
from typedprom import Catalog, Counter, Environment
for namespace in {namespaces}:
    catalog = Catalog(namespace=namespace, title="", description="", interface=1,
                      environment=Environment(pushgateway_url="SMS_PUSHGATEWAY_URL"))
    Counter(catalog, key="a", name=f"{{namespace}}_a_total", help="h").inc()
    catalog.register()
"""


@pytest.mark.parametrize("namespaces", [["x", "y"], ["y", "x"]])
def test_a_destination_that_hangs_leaves_time_to_the_other(
    namespaces: list[str], tmp_path: Path, delivering: Delivering
) -> None:
    with receiver(hang) as hanging:
        both = {
            "TYPEDPROM_SPOOL_DIR": str(tmp_path / "spool"),
            "TYPEDPROM_JOB": "sms",
            "X_PUSHGATEWAY_URL": hanging.url,
            "Y_PUSHGATEWAY_URL": f"http://{HOST}:{delivering.port}",
        }
        program = TWO_CATALOGS.replace('"SMS_', 'namespace.upper() + "_')
        program = program.format(namespaces=namespaces)
        with replace(delivering, more=both).start(program) as process:
            _, errors = process.communicate(timeout=60)
    assert errors.count("\n") == 1
    assert f"push to {hanging.url} failed" in errors
    assert held(delivering.port)["x_a_total"] == 1


def groups(port: int) -> dict[tuple[tuple[str, str], ...], set[str]]:
    """The catalogs' own metrics in each group that the gateway holds."""
    connection = HTTPConnection(HOST, port, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    found: dict[tuple[tuple[str, str], ...], set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name in ("x_a_total", "y_a_total"):
                found.setdefault(tuple(sorted(sample.labels.items())), set()).add(sample.name)
    return found


def test_a_spool_is_pushed_as_one_group_whoever_does_it(
    tmp_path: Path, delivering: Delivering
) -> None:
    shared = replace(delivering, more={"TYPEDPROM_SPOOL_DIR": str(tmp_path / "spool")})
    for namespaces in (["x"], ["y"], ["y", "x"]):
        shared.run(TWO_CATALOGS.format(namespaces=namespaces))
    assert groups(delivering.port) == {
        (("instance", "here"), ("job", "x")): {"x_a_total", "y_a_total"}
    }


def test_two_spools_of_one_job_do_not_overwrite_each_other(delivering: Delivering) -> None:
    named = replace(delivering, more={"TYPEDPROM_JOB": "etl"})
    with named.start(TWO_CATALOGS.format(namespaces=["x", "y"])) as process:
        _, errors = process.communicate(timeout=60)
    assert "TYPEDPROM_JOB is the same for two spools" in errors
    named.run(TWO_CATALOGS.format(namespaces=["y"]))
    assert groups(delivering.port) == {
        (("instance", "here"), ("job", "etl")): {"x_a_total"},
        (("catalog", "y"), ("instance", "here"), ("job", "etl")): {"y_a_total"},
    }


def test_forks_do_not_put_off_pushing(tmp_path: Path) -> None:
    with receiver(respond(200)) as gateway:
        often = Delivering(gateway.port, tmp_path, {"TYPEDPROM_PUSH_SECONDS": "0.5"})
        often.run(
            RECORD_FIVE
            + """
import os, time
for _ in range(12):
    time.sleep(0.25)
    if os.fork() == 0:
        os._exit(0)
    os.wait()
"""
        )
        assert len(gateway.requests) >= 4


def test_there_may_be_no_pushing_in_the_background(tmp_path: Path) -> None:
    with receiver(respond(200)) as gateway:
        never = Delivering(gateway.port, tmp_path, {"TYPEDPROM_PUSH_SECONDS": "0"})
        never.run(RECORD_FIVE + "\nimport time\ntime.sleep(1)")
        assert len(gateway.requests) == 1


def test_what_delivers_is_imported_with_the_package(delivering: Delivering) -> None:
    output = delivering.run(f"""
import atexit, sys
loaded = set()
atexit.register(lambda: print(sys.modules.keys() - loaded))  # runs after the delivery at exit
{RECORD_FIVE}
loaded.update(sys.modules)
""")
    assert output == "set()\n"
    assert held(delivering.port)[KEXP] == 5


@pytest.mark.parametrize("ending", ["raise KeyboardInterrupt", "signal.raise_signal(2)"])
def test_ctrl_c_ends_a_process_as_ever(ending: str, delivering: Delivering) -> None:
    with delivering.start(f"import signal\n{RECORD_FIVE}\n{ending}") as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert errors.endswith("KeyboardInterrupt\n")
    assert held(delivering.port)[KEXP] == 5


def test_a_spool_that_another_process_delivers_all_the_time_is_said(delivering: Delivering) -> None:
    delivering.run("import sms_metrics_generated")
    brief = replace(delivering, more={"TYPEDPROM_EXIT_SECONDS": "0.3"})
    with (delivering.spool / "push.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        with brief.start(RECORD_FIVE) as process:
            _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert errors.count("\n") == 1
    assert "nothing was delivered: another process holds " in errors


@pytest.mark.parametrize("content", ["fifo", "[" * 60_000, "{}", "not json"])
def test_a_broken_note_of_delivery_stops_nobody(content: str, delivering: Delivering) -> None:
    delivering.spool.mkdir(parents=True)
    note = delivering.spool / "delivery.json"
    if content == "fifo":
        os.mkfifo(note)
    else:
        note.write_text(content)
    delivering.run(RECORD_FIVE)
    assert held(delivering.port)[KEXP] == 5
    done = delivering.spool_command("deliver", str(delivering.spool))
    assert (done.returncode, done.stderr) == (0, "")


def group_of_kexp(port: int) -> list[dict[str, str]]:
    return [labels for name, labels, _ in samples(port) if name == SUCCESS]


def test_whoever_delivers_a_spool_pushes_to_the_group_of_its_processes(
    delivering: Delivering,
) -> None:
    said = {
        "TYPEDPROM_JOB": "etl",
        "TYPEDPROM_INSTANCE": "there",
        "TYPEDPROM_GROUPING": "team=a,le=1,team=b,zone=",
    }
    with replace(delivering, more=said).start(RECORD_FIVE) as process:
        _, errors = process.communicate(timeout=60)
    assert "le=1' is not used" in errors
    group = {"job": "etl", "instance": "there", "team": "a", "source_id": "kexp"}
    assert group_of_kexp(delivering.port) == [group]
    silent = replace(delivering, more=dict.fromkeys(said, ""))
    done = silent.spool_command("deliver", str(delivering.spool))
    assert (done.returncode, done.stderr) == (0, "")
    silent.run(RECORD_FIVE)
    assert group_of_kexp(delivering.port) == [group]
    with replace(delivering, more={**said, "TYPEDPROM_JOB": "other"}).start(RECORD_FIVE) as process:
        _, errors = process.communicate(timeout=60)
    assert "was job=etl,instance=there,team=a until now" in errors


def test_a_spool_says_which_it_is(delivering: Delivering) -> None:
    delivering.run(RECORD_FIVE)
    delivering.run(RECORD_FIVE)
    names = [name for name in held(delivering.port) if name.startswith("typedprom_spool_info")]
    assert len(names) == 1

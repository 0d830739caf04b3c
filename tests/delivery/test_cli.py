"""`typedprom-spool`: what its verbs do, print and answer."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, Delivering, held
from tests.delivery.receivers import hang, receiver

DIE = RECORD_FIVE + "\nimport os; os._exit(0)\n"


def test_deliver_delivers_what_the_dead_left_as_their_own_job(delivering: Delivering) -> None:
    delivering.run(DIE)
    assert held(delivering.port) == {}
    done = delivering.spool_command("deliver", str(delivering.spool))
    assert (done.returncode, done.stderr) == (0, "")
    where = f"http://127.0.0.1:{delivering.port}, group job=sms,instance=here"
    assert done.stdout.startswith("delivered ")
    assert done.stdout.endswith(f" series to {where}\n")
    assert held(delivering.port)[KEXP] == 5
    delivering.run(RECORD_FIVE)
    assert held(delivering.port)[KEXP] == 10


def test_deliver_says_what_it_could_not_do(nowhere: Delivering) -> None:
    nowhere.run(DIE)
    done = nowhere.spool_command("deliver", str(nowhere.spool))
    assert done.returncode == 2
    assert "no destination configured: set SMS_PUSHGATEWAY_URL or " in done.stderr
    done = nowhere.spool_command(
        "deliver", str(nowhere.spool), "--pushgateway", "http://127.0.0.1:9", "--timeout", "0.3"
    )
    assert done.returncode == 1
    assert "push to http://127.0.0.1:9 failed (cannot be reached: " in done.stderr
    done = nowhere.spool_command("deliver", str(nowhere.spool), "--textfile", "x.txt")
    assert done.returncode == 2
    assert "must end in `.prom`" in done.stderr


def test_deliver_writes_a_textfile(nowhere: Delivering, tmp_path: Path) -> None:
    nowhere.run(DIE)
    target = tmp_path / "sms.prom"
    done = nowhere.spool_command("deliver", str(nowhere.spool), "--textfile", str(target))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(f" series to {target}\n")
    assert f"{KEXP} 5.0\n" in target.read_text()


def test_deliver_says_where_it_did_and_where_it_did_not(
    nowhere: Delivering, tmp_path: Path
) -> None:
    nowhere.run(DIE)
    target = tmp_path / "sms.prom"
    with receiver(hang) as silent:
        gateway = ["--pushgateway", f"u:s3cret@{silent.url.removeprefix('http://')}"]
        both = [*gateway, "--textfile", str(target), "--timeout", "5"]
        done = nowhere.spool_command("deliver", str(nowhere.spool), *both)
    assert done.returncode == 1
    assert "retrying for up to 5 s" in done.stderr
    assert f"push to {silent.url} failed (does not answer in time); the data stays" in done.stderr
    assert done.stdout.endswith(f" series to {target}\n")
    assert done.stdout.count("\n") == 1
    assert "s3cret" not in done.stdout + done.stderr


@pytest.mark.parametrize("verb", ["deliver", "status"])
def test_the_directory_may_come_from_the_environment(verb: str, nowhere: Delivering) -> None:
    nowhere.run(DIE)
    more = ["--textfile", str(nowhere.state / "x.prom")] if verb == "deliver" else []
    assert nowhere.spool_command(verb, *more).returncode == 0
    unset = replace(nowhere, more={"TYPEDPROM_SPOOL_DIR": ""})
    done = unset.spool_command(verb, *more)
    assert done.returncode == 2
    assert f"set TYPEDPROM_SPOOL_DIR; there is {nowhere.spool}\n" in done.stderr
    elsewhere = replace(unset, state=nowhere.state / "empty")
    done = elsewhere.spool_command(verb, *more)
    assert done.returncode == 2
    assert f"there is none below {nowhere.state / 'empty' / 'typedprom'}\n" in done.stderr


def test_a_spool_without_its_folder_of_runs(nowhere: Delivering) -> None:
    nowhere.run(DIE)
    target = nowhere.state / "x.prom"
    deliver = ["deliver", str(nowhere.spool), "--textfile", str(target)]
    assert nowhere.spool_command(*deliver).returncode == 0
    (nowhere.spool / "runs").rmdir()
    done = nowhere.spool_command("status", str(nowhere.spool))
    assert (done.returncode, done.stderr) == (0, "")
    assert "totals: " in done.stdout
    target.unlink()
    done = nowhere.spool_command(*deliver)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{KEXP} 5.0\n" in target.read_text()


def test_status_is_a_table_or_json(nowhere: Delivering) -> None:
    nowhere.run(DIE)
    with nowhere.start(RECORD_FIVE + "\nprint(flush=True)\nimport time; time.sleep(60)") as living:
        assert living.stdout is not None
        living.stdout.readline()
        (nowhere.spool / "runs" / ("0" * 32 + ".run")).write_bytes(b"nothing of ours" * 100)
        table = nowhere.spool_command("status", str(nowhere.spool))
        status = json.loads(nowhere.spool_command("status", str(nowhere.spool), "--json").stdout)
        living.kill()
        living.communicate()
    assert table.stdout.splitlines()[0] == f"spool {nowhere.spool}"
    assert f"  {living.pid}" in table.stdout
    assert "it is not a run file" in table.stdout
    assert [run["pid"] for run in status["live"]] == [living.pid]
    assert len(status["dead"]) == 1
    assert status["live"][0]["series"] == 1


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        (
            {"SMS_PUSHGATEWAY_URL": "ftp://u:s3cret@gateway"},
            "the Pushgateway of SMS_PUSHGATEWAY_URL is not used: the URL of",
        ),
        (
            {"SMS_PUSHGATEWAY_URL": "gateway", "TYPEDPROM_PUSHGATEWAY_USERNAME": "s3cret"},
            "is not used: a user name is set without a password: set TYPEDPROM_PUSHG",
        ),
    ],
)
def test_a_gateway_that_cannot_be_used_is_named(
    variables: dict[str, str], words: str, nowhere: Delivering
) -> None:
    wrong = replace(nowhere, more={**nowhere.more, **variables})
    with wrong.start(RECORD_FIVE) as process:
        _, errors = process.communicate(timeout=60)
    done = wrong.spool_command("deliver", str(nowhere.spool))
    assert (process.returncode, done.returncode) == (0, 2)
    for said in (errors, done.stderr):
        assert said.count("\n") == 1
        assert words in said
        assert "s3cret" not in said


def test_a_gateway_of_the_command_line_is_named_by_its_option(nowhere: Delivering) -> None:
    nowhere.run(DIE)
    done = nowhere.spool_command("deliver", str(nowhere.spool), "--pushgateway", "ftp://x")
    assert (
        "the Pushgateway of --pushgateway is not used: the URL of the Pushgateway must begin"
        in done.stderr
    )


@pytest.mark.parametrize("verb", ["status", "deliver", "retire"])
def test_where_nothing_was_recorded_yet_that_is_said(
    verb: str, nowhere: Delivering, tmp_path: Path
) -> None:
    more = ["x"] if verb == "retire" else []
    gone = tmp_path / "no" / "such"
    for folder, words in ((gone, f"{gone} yet: the folder does not exist\n"), (tmp_path, "yet\n")):
        done = nowhere.spool_command(verb, str(folder), *more)
        assert done.returncode == (2 if verb == "retire" else 0)
        said = done.stdout + done.stderr
        assert said.endswith(f"nothing was recorded into {words}" if "no" in words else words)
        assert str(folder) in said
        assert said.count("\n") == 1
    assert [*tmp_path.iterdir()] == []


def test_the_status_of_nothing_is_json_too(nowhere: Delivering, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "gone"):
        done = nowhere.spool_command("status", str(folder), "--json")
        assert (done.returncode, done.stderr) == (0, "")
        status = json.loads(done.stdout)
        assert (status["directory"], status["live"], status["skipped"]) == (str(folder), [], [])


@pytest.mark.parametrize("verb", ["status", "deliver", "retire", "serve"])
@pytest.mark.parametrize("kind", ["a file", "below a file", "too long", "no current folder"])
def test_what_cannot_be_a_spool_is_a_usage_error(
    verb: str, kind: str, nowhere: Delivering, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    folder, words = {
        "a file": (str(file), f"{file} is not a directory"),
        "below a file": (str(file / "x"), f"{file / 'x'} cannot be read: Not a directory"),
        "too long": (f"/{'x' * 300}", " cannot be read: File name too long"),
        "no current folder": ("x", "x is below a current folder that cannot be determined"),
    }[kind]
    more = {"retire": ["x"], "serve": ["--port", "0"]}.get(verb, [])
    done = nowhere.spool_command(verb, folder, *more, without_folder=kind == "no current folder")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("verb", ["status", "deliver"])
@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"TYPEDPROM_SPOOL_DIR": "x"}, "x is below a current folder that cannot be determined"),
        ({"TYPEDPROM_SPOOL_DIR": "~no-such-user/x"}, "below a home that cannot be determined"),
        ({"TYPEDPROM_SPOOL_DIR": "", "XDG_STATE_HOME": "", "HOME": "x"}, "below a current folder"),
    ],
)
def test_a_folder_that_variables_do_not_determine_is_a_usage_error(
    verb: str, variables: dict[str, str], words: str, nowhere: Delivering
) -> None:
    named = replace(nowhere, more=variables)
    done = named.spool_command(verb, without_folder=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def got(url: str, path: str) -> str:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("GET", path)
    body = connection.getresponse().read().decode()
    connection.close()
    return body


def test_serve_exposes_the_spool_until_it_is_stopped(nowhere: Delivering) -> None:

    nowhere.run(DIE)
    command = [
        sys.executable,
        "-m",
        "typedprom.delivery.cli",
        "serve",
        str(nowhere.spool),
        "--port",
        "0",
        "--health",
        "healthz",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=nowhere.environment()
    ) as server:
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1]
        assert f"{KEXP} 5.0\n" in got(url, "/metrics")
        assert got(url, "/healthz") == "ok\n"
        server.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert server.wait(30) == 0
        assert time.monotonic() - began < 10


@pytest.mark.parametrize("folder", ["sms", "not/there/yet"])
def test_serve_waits_for_what_is_recorded_later(
    folder: str, nowhere: Delivering, tmp_path: Path
) -> None:
    spool = tmp_path / folder
    if folder == "sms":
        spool.mkdir()
    named = replace(nowhere, more={**nowhere.more, "TYPEDPROM_SPOOL_DIR": str(spool)})
    command = ["-m", "typedprom.delivery.cli", "serve", str(spool), "--port", "0"]
    server = subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=nowhere.environment(),
    )
    try:
        assert server.stdout is not None
        assert server.stderr is not None
        url = server.stdout.readline().split()[-1]
        said = server.stderr.readline()
        assert f"nothing was recorded into {spool} yet" in said
        assert said.endswith("waiting\n")
        assert 'typedprom_spool_runs{state="live"} 0.0\n' in got(url, "/metrics")
        assert not (spool / "runs").exists()
        named.run(RECORD_FIVE)
        assert f"{KEXP} 5.0\n" in got(url, "/metrics")
    finally:
        server.terminate()
        _, errors = server.communicate(timeout=30)
    assert (server.returncode, errors) == (0, "")


def test_serve_refuses_a_web_configuration_that_is_wrong(
    nowhere: Delivering, tmp_path: Path
) -> None:
    nowhere.run(DIE)
    file = tmp_path / "web.yml"
    file.write_text("basic_auth_users:\n  alice: s3cret\n", encoding="utf-8")
    done = nowhere.spool_command(
        "serve", str(nowhere.spool), "--port", "0", "--web.config.file", str(file)
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"typedprom-spool: {file}:2: expected a bcrypt hash")
    assert "s3cret" not in done.stderr


def test_serve_says_that_a_port_is_taken(nowhere: Delivering) -> None:
    nowhere.run(DIE)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = nowhere.spool_command("serve", str(nowhere.spool), "--port", str(port))
    assert done.returncode == 1
    words = f"cannot bind 127.0.0.1:{port}: the port is in use; choose another --port"
    assert done.stderr == f"typedprom-spool: {words}\n"

"""A spool of one user: what root does there, what others plant there, a change of user."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import time

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, held
from tests.support.needs import require_program, require_servers
from tests.support.users import (
    OPERATOR,
    OTHER,
    OWNER,
    make,
    owners,
    place_for_all,
    run_as,
    start_as,
)
from tools.running import HOST, Server, pushgateway
from typedprom.delivery.last_push import LastPush
from typedprom.delivery.settings import Settings

COMMAND = ("-m", "typedprom.delivery.cli")
KILLED = RECORD_FIVE + "import os; os.kill(os.getpid(), 9)"


@pytest.fixture
def place() -> Iterator[Path]:
    with place_for_all() as folder:
        yield folder


@pytest.fixture
def gateway(place: Path) -> Iterator[Server]:
    require_servers()
    with pushgateway(place) as server:
        yield server


def of(spool: Path, server: Server | None = None, **more: str) -> dict[str, str]:
    """The environment of a program that delivers the spool."""
    url = {"SMS_PUSHGATEWAY_URL": f"http://{HOST}:{server.port}"} if server else {}
    return {"TYPEDPROM_SPOOL_DIR": str(spool), **url, **more}


def record(spool: Path, user: int, server: Server | None = None, program: str = RECORD_FIVE) -> str:
    """Record five as that user; what was logged."""
    return run_as(user, "-c", program, more=of(spool, server)).stderr


@pytest.mark.parametrize("folder", ["of its user", "for all", "for a group"])
def test_what_root_does_once_leaves_every_file_to_the_owner(
    folder: str, place: Path, gateway: Server
) -> None:
    spool = place / "spool"
    if folder == "of its user":
        make(spool, OWNER)
    else:  # as an emptyDir, and as a volume with an fsGroup
        make(spool, OPERATOR, 0o777 if folder == "for all" else 0o2775, group=OWNER)
    before = owners(spool)["."]
    textfile = make(place / "textfile", OPERATOR, 0o777) / "x.prom"
    record(spool, OWNER, program=KILLED)
    for name in ("totals", "lock", "push.lock"):
        assert name not in owners(spool)
    (spool / "runs" / "damaged.run").write_bytes(b"x" * 600)
    done = run_as(
        OPERATOR,
        *(*COMMAND, "deliver", str(spool), "--textfile", str(textfile)),
        more={"SMS_PUSHGATEWAY_URL": f"http://{HOST}:{gateway.port}"},
    )
    assert (done.returncode, done.stdout.count("delivered")) == (0, 2)
    record(spool, OWNER, program=KILLED)
    with start_as(OPERATOR, *COMMAND, "serve", str(spool), "--port", "0", more={}) as serving:
        assert serving.stdout is not None
        assert serving.stdout.readline().startswith("serving")
        serving.send_signal(signal.SIGTERM)
    removed = run_as(OPERATOR, *COMMAND, "retire", str(spool), "x_none_total", more={})
    assert "there is no series" in removed.stderr
    assert textfile.stat().st_uid == OWNER
    found = owners(spool)
    assert {"totals", "totals.copy", "lock", "push.lock", "damaged/damaged.run.why"} <= {*found}
    assert found.pop(".") == before
    found.pop("damaged/damaged.run")  # the test made it
    assert {user for user, _ in found.values()} == {OWNER}
    assert "belongs" not in record(spool, OWNER, gateway)
    assert held(gateway.port)[KEXP] == 15


def test_root_that_may_not_change_the_modes_of_others_writes_a_textfile(place: Path) -> None:
    spool, textfile = make(place / "spool", OWNER), place / "x.prom"
    record(spool, OWNER, program=KILLED)
    less = ("--bounding-set=-fowner", "--inh-caps=-fowner")
    command = [require_program("setpriv"), *less, sys.executable, *COMMAND]
    subprocess.run([*command, "deliver", spool, "--textfile", textfile], check=True)
    assert (textfile.stat().st_uid, textfile.stat().st_mode & 0o777) == (OWNER, 0o644)


def test_a_program_of_roots_leaves_every_file_to_the_owner(place: Path, gateway: Server) -> None:
    home = make(place / "home", OWNER)
    for user in (OPERATOR, OWNER, OPERATOR, OWNER):
        more = {"SMS_PUSHGATEWAY_URL": f"http://{HOST}:{gateway.port}", "HOME": str(home)}
        done = run_as(user, "-c", RECORD_FIVE, more=more)
        assert done.stderr == ""
        assert {*owners(home).values()} == {(OWNER, OWNER)}
    assert held(gateway.port)[KEXP] == 20


@pytest.mark.parametrize("left", ["lock", "push.lock", "totals", "runs", "runs/*.run"])
def test_what_root_has_left_is_told_of_with_what_to_do(
    left: str, place: Path, gateway: Server
) -> None:
    spool = make(place / "spool", OWNER)
    record(spool, OWNER, gateway)
    record(spool, OWNER, gateway)  # which merges the first
    (path,) = spool.glob(left)
    os.chown(path, OPERATOR, OPERATOR)
    errors = record(spool, OWNER, gateway)
    assert errors.count("\n") == 1
    assert f"{path} belongs to uid 0, and this process runs as uid {OWNER}" in errors
    assert f"`chown -R {OWNER} {spool}`" in errors
    run_as(OPERATOR, "-c", f"import os; os.system('chown -R {OWNER} {spool}')", more={})
    assert record(spool, OWNER, gateway) == ""
    assert held(gateway.port)[KEXP] == (15 if left == "runs" else 20)


CHANGE = """
import os, sys, time
import sms_metrics_generated
from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS
{before}
user = int(sys.argv[1])
os.setgroups([]); {change}
for _ in range(5):
    SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
"""
EARLIER = 'SOURCES_REQUESTS_SUCCESS.inc(5, source_id="kexp")'
FOR_GOOD = "os.setgid(user); os.setuid(user)"
FOR_A_WHILE = "os.setegid(user); os.seteuid(user)"
PREFORKED = """
if os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
"""


@pytest.mark.parametrize("change", [FOR_GOOD, FOR_A_WHILE])
@pytest.mark.parametrize("before", ["", EARLIER, PREFORKED])
def test_a_program_that_changes_its_user_goes_on_delivering(
    change: str, before: str, place: Path, gateway: Server
) -> None:
    spool = make(place / "spool", OWNER)
    program = CHANGE.format(before=before, change=change)
    done = run_as(OPERATOR, "-c", program, str(OWNER), more=of(spool, gateway))
    assert (done.returncode, done.stderr) == (0, "")
    assert held(gateway.port)[KEXP] == (10 if before == EARLIER else 5)
    assert {*owners(spool).values()} == {(OWNER, OWNER)}


def test_what_root_refused_is_delivered_after_the_change(place: Path, gateway: Server) -> None:
    place.chmod(0o1777)
    spool = make(place / "spool", OWNER)
    program = CHANGE.format(before=EARLIER, change=FOR_GOOD)
    done = run_as(OPERATOR, "-c", program, str(OWNER), more=of(spool, gateway))
    assert done.stderr.count("\n") == 1
    assert f"{spool} belongs to uid {OWNER}, and this process runs as uid 0" in done.stderr
    assert held(gateway.port)[KEXP] == 10


@pytest.mark.parametrize("change", [FOR_GOOD, FOR_A_WHILE])
@pytest.mark.parametrize("before", ["", EARLIER, PREFORKED])
@pytest.mark.parametrize("variable", ["TYPEDPROM_SPOOL_DIR", "XDG_STATE_HOME"])
def test_a_program_that_changes_its_user_is_told_what_helps(
    variable: str, change: str, before: str, place: Path, gateway: Server
) -> None:
    folder = make(place / "of root", OPERATOR)
    more = {"SMS_PUSHGATEWAY_URL": f"http://{HOST}:{gateway.port}", variable: str(folder / "x")}
    program = CHANGE.format(before=before, change=change)
    done = run_as(OPERATOR, "-c", program, str(OWNER), more=more)
    assert (done.returncode, done.stderr.count("\n")) == (0, 1), done.stderr
    assert f"belongs to uid 0, and this process runs as uid {OWNER}" in done.stderr
    assert f"set TYPEDPROM_SPOOL_DIR to a folder of uid {OWNER}" in done.stderr


@pytest.mark.parametrize("user", [OWNER, OPERATOR])
@pytest.mark.parametrize("planted", ["folder", "link"])
def test_a_folder_that_another_user_has_made_is_refused(
    planted: str, user: int, place: Path, gateway: Server
) -> None:
    place.chmod(0o1777)
    spool, victims = place / "spool", make(place / "victims", user)
    if planted == "folder":
        make(spool, OTHER, 0o777)
    else:
        spool.symlink_to(victims)
        os.chown(spool, OTHER, OTHER, follow_symlinks=False)
    before = owners(place)
    errors = record(spool, user, gateway)
    assert errors.count("\n") == 1
    assert f"{spool} belongs to uid {OTHER}, and this process runs as uid {user}" in errors
    assert f"set TYPEDPROM_SPOOL_DIR to a folder of uid {user}" in errors
    after = owners(place)
    assert {*after} == {*before}  # nothing was made in it
    assert KEXP not in held(gateway.port)


@pytest.mark.parametrize("user", [OWNER, OPERATOR])
@pytest.mark.parametrize("mode", [0o1777, 0o777])
def test_a_link_above_the_spool_that_another_user_has_made_is_refused(
    user: int, mode: int, place: Path
) -> None:
    shared = make(place / "shared", OPERATOR, mode)
    private = make(place / "private", user)
    (shared / "link").symlink_to(private)
    os.lchown(shared / "link", OTHER, OTHER)
    told = record(shared / "link" / "spool", user)
    assert f"{shared / 'link'} belongs to uid {OTHER}, and this process runs as uid {user}" in told
    assert owners(private) == {".": (user, user)}


def test_a_link_of_who_may_write_there_is_told_of_and_followed(place: Path) -> None:
    (make(place / "releases", OTHER, 0o755) / "current").symlink_to(make(place / "data", OWNER))
    os.lchown(place / "releases" / "current", OTHER, OTHER)
    told = record(place / "releases" / "current" / "spool", OWNER)
    assert f"other users can write to {place / 'releases'}" in told
    assert (place / "data" / "spool" / "runs").is_dir()


def test_commands_of_others_refuse_a_folder_and_try_no_variable(place: Path) -> None:
    spool = make(place / "spool", OTHER, 0o755)
    record(spool, OTHER)
    more = {"SECRET_TOKEN": "hunter2"}
    for command in ("deliver", "status"):
        done = run_as(OWNER, *COMMAND, command, str(spool), more=more)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"{spool} belongs to uid {OTHER}" in done.stderr


def copied(source: Path, target: Path, user: int) -> None:
    target.write_bytes(source.read_bytes())
    target.chmod(0o644)
    os.chown(target, user, user)


@pytest.mark.parametrize("user", [OWNER, OPERATOR])
def test_a_run_file_of_another_user_is_left_out_and_kept(
    user: int, place: Path, gateway: Server
) -> None:
    theirs, spool = make(place / "theirs", OTHER), make(place / "spool", OWNER, 0o777)
    record(theirs, OTHER, program=KILLED)
    record(spool, OWNER)
    (run,) = (theirs / "runs").iterdir()
    copied(run, spool / "runs" / run.name, OTHER)
    errors = record(spool, user, gateway)
    assert f"{run.name} is left out: belongs to uid {OTHER}" in errors
    assert held(gateway.port)[KEXP] == 10
    assert (spool / "runs" / run.name).exists()


@pytest.mark.parametrize("name", ["totals", "totals.copy", "delivery.json", "lock", "push.lock"])
def test_a_file_of_another_user_is_refused_and_nothing_is_lost(
    name: str, place: Path, gateway: Server
) -> None:
    theirs, spool = make(place / "theirs", OTHER), make(place / "spool", OWNER, 0o777)
    for folder, user in ((theirs, OTHER), (spool, OWNER)):
        record(folder, user, gateway)
        record(folder, user, gateway)
    copied(theirs / name, spool / name, OTHER)
    errors = record(spool, OWNER, gateway)
    assert f"{spool / name} belongs to uid {OTHER}, and this process runs as uid {OWNER}" in errors
    (spool / name).unlink()
    assert "belongs to" not in record(spool, OWNER, gateway)
    assert held(gateway.port)[KEXP] == 20


@pytest.mark.parametrize(
    ("mode", "group", "below"),
    [(0o777, 0, ""), (0o777, 0, "sms"), (0o2775, 3000, ""), (0o2775, 3000, "sms")],
)
def test_a_volume_that_others_can_write_to_is_told_of_once(
    mode: int, group: int, below: str, place: Path, gateway: Server
) -> None:
    volume = make(place / "volume", OPERATOR, mode, group)
    program = RECORD_FIVE + "import typedprom, time; time.sleep(0.5)"
    more = of(volume / below, gateway, TYPEDPROM_PUSH_SECONDS="0.1")
    done = run_as(OWNER, "-c", program, more=more, groups=str(group))
    assert done.stderr.count("\n") == 1
    assert f"other users can write to {volume}, and so remove or replace the spool" in done.stderr
    assert "TYPEDPROM_SPOOL_DIR" in done.stderr
    assert held(gateway.port)[KEXP] == 5


@pytest.mark.parametrize("mode", [0o1777, 0o755])
def test_a_folder_where_others_can_replace_nothing_is_not_told_of(
    mode: int, place: Path, gateway: Server
) -> None:
    place.chmod(mode)
    spool = make(place / "spool", OWNER, 0o775)  # its group is the user's own
    assert record(spool, OWNER, gateway) == ""
    assert held(gateway.port)[KEXP] == 5


def test_a_push_of_another_user_does_not_keep_ours_back(place: Path) -> None:
    last = LastPush(place, Settings({"job": "j"}))
    last.record(time())
    assert last.is_within(60)
    (pushed,) = place.glob("pushed.*")
    os.chown(pushed, OTHER, OTHER)
    last.record(time())
    assert not last.is_within(60)

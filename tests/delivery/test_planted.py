"""What is planted in a spool: links are not followed, and no text is used unchecked."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, Delivering, held
from tests.spool.run_files import SINCE, Run, jobs, prepared
from typedprom.delivery.quarantine import Quarantine
from typedprom.metrics.definition import Definition, Labels
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import FormatError
from typedprom.spool.store import SpoolStore
from typedprom.spool.totals import Totals, read

FILES = ("totals", "totals.copy", "totals.new", "lock", "push.lock", "delivery.json", "pushed.*")
FOLDERS = ("runs", "damaged", "refused")
TWICE = 2


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A file that must stay as it is."""
    path = tmp_path / "victim"
    path.write_text("precious")
    path.chmod(0o640)
    os.utime(path, (1e9, 1e9))
    return path


def is_untouched(victim: Path) -> bool:
    status = victim.stat()
    return (victim.read_text(), status.st_mtime, status.st_mode & 0o777) == ("precious", 1e9, 0o640)


def used(delivering: Delivering) -> Path:
    """A spool in which everything is that there can be."""
    for _ in range(TWICE):
        delivering.run(RECORD_FIVE)
    return delivering.spool


def replaced(spool: Path, name: str, plant: Callable[[Path], object]) -> None:
    (path,) = [*spool.glob(name)] or [spool / name]
    if path.exists():
        path.rename(path.with_name("moved." + path.name))
    plant(path)


def tried(delivering: Delivering) -> None:
    """Everything is done with the spool that reads or writes it."""
    with delivering.start(RECORD_FIVE) as process:
        process.communicate(timeout=20)
    assert process.returncode == 0
    for command in ("deliver", "status"):
        delivering.spool_command(command, str(delivering.spool))


# Of `pushed.*` only the time changes, which is harmless to another file of our own user's.
LINKS = [("hard", name) for name in FILES if name != "pushed.*"]
LINKS += [(kind, name) for name in FILES for kind in ("symbolic", "to nothing")]


@pytest.mark.parametrize(("kind", "name"), LINKS)
def test_a_planted_link_is_not_followed(
    kind: str, name: str, victim: Path, delivering: Delivering
) -> None:
    spool, nothing = used(delivering), victim.with_name("nothing")
    if kind == "hard":
        replaced(spool, name, lambda path: os.link(victim, path))
    else:
        target = victim if kind == "symbolic" else nothing
        replaced(spool, name, lambda path: path.symlink_to(target))
    tried(delivering)
    assert is_untouched(victim)
    assert not nothing.exists()


@pytest.mark.parametrize("name", FOLDERS)
def test_a_planted_link_to_a_folder_is_told_of(
    name: str, tmp_path: Path, delivering: Delivering
) -> None:
    spool, elsewhere = used(delivering), tmp_path / "elsewhere"
    elsewhere.mkdir()
    replaced(spool, name, lambda path: path.symlink_to(elsewhere))
    run = jobs(1)
    (elsewhere / f"{run.run}.run").write_bytes(run.data)
    with delivering.start(RECORD_FIVE) as process:
        _, errors = process.communicate(timeout=20)
    assert f"{spool / name} is not a directory" in errors
    done = delivering.spool_command("deliver", str(spool))
    assert (done.returncode, done.stderr.count("is not a directory")) == (1, 1)
    assert [path.name for path in elsewhere.iterdir()] == [f"{run.run}.run"]


@pytest.mark.parametrize("name", FILES)
def test_a_planted_pipe_is_not_waited_for(name: str, delivering: Delivering) -> None:
    replaced(used(delivering), name, os.mkfifo)
    tried(delivering)


def test_no_file_of_a_known_name_is_written_over(victim: Path, delivering: Delivering) -> None:
    program = f"""
import os
os.makedirs({str(delivering.spool)!r})
os.link({str(victim)!r}, {str(delivering.spool)!r} + f"/.delivery.json.{{os.getpid()}}")
"""
    delivering.run(program + RECORD_FIVE)
    assert is_untouched(victim)
    assert held(delivering.port)[KEXP] == 5


def test_a_refused_family_is_not_written_through_a_link(
    tmp_path: Path, victim: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = tmp_path / "refused"
    refused.mkdir()
    monkeypatch.setattr(os, "urandom", bytes)  # as if the name could be guessed
    for name in (".x.txt.new", f".x.txt.{'00' * 8}.new", "x.txt"):
        (refused / name).symlink_to(victim)
    for _ in range(TWICE):
        Quarantine(refused).add("x", "no", b"x 1\n")
    assert is_untouched(victim)


VARIABLES = ("SECRET_TOKEN", "SECRET_URL", "PUSHGATEWAY_\x1b[2J", "../x")


@pytest.mark.parametrize("value", ["hunter2", "http://127.0.0.1:9/hunter2", "127.0.0.1:9/hunter2"])
def test_a_variable_that_is_not_a_gateways_is_neither_tried_nor_shown(
    value: str, nowhere: Delivering
) -> None:
    spool = used(nowhere)
    forge(spool, variables=VARIABLES)
    told = Delivering(9, nowhere.state, {**nowhere.more, "SECRET_TOKEN": value})
    done = told.spool_command("deliver", "--timeout", "1", str(spool))
    assert (done.returncode, done.stdout) == (2, "")
    assert "SECRET_TOKEN, which " in done.stderr
    assert "is not used, because its name does not contain PUSHGATEWAY" in done.stderr
    assert "no destination configured" in done.stderr
    assert "hunter2" not in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    "name", ["TYPEDPROM_PUSHGATEWAY_PASSWORD", "TYPEDPROM_PUSHGATEWAY_TOKEN_FILE", "PUSHGATEWAY_PW"]
)
def test_a_variable_with_the_credentials_of_a_gateway_is_not_taken_for_its_address(
    name: str, nowhere: Delivering
) -> None:
    spool = used(nowhere)
    forge(spool, variables=[name])
    told = Delivering(9, nowhere.state, {**nowhere.more, name: "hunter2"})
    done = told.spool_command("deliver", "--timeout", "1", str(spool))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{name}, which " in done.stderr
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize("name", ["X_PUSHGATEWAY", "PUSHGATEWAY_URL", "X_PUSHGATEWAY_PROD_ADDRESS"])
def test_a_variable_with_the_address_of_a_gateway_is_used(
    name: str, nowhere: Delivering, delivering: Delivering
) -> None:
    spool = used(nowhere)
    forge(spool, variables=[name])
    told = Delivering(9, nowhere.state, {**nowhere.more, name: f"127.0.0.1:{delivering.port}"})
    done = told.spool_command("deliver", "--timeout", "5", str(spool))
    assert (done.returncode, done.stderr) == (0, "")


def forge(folder: Path, **fields: object) -> None:
    path = folder / "delivery.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


@pytest.mark.parametrize(
    "fields",
    [{"job": ""}, {"job": "\ud800"}, {"more": {"job": "x"}}, {"more": {"a b": "x"}}, {"spool": 1}],
)
def test_a_group_that_cannot_be_is_not_pushed_to(
    fields: dict[str, object], delivering: Delivering
) -> None:
    forge(used(delivering), **fields)
    delivering.run(RECORD_FIVE)
    assert held(delivering.port)[KEXP] == 15
    saved = json.loads((delivering.spool / "delivery.json").read_text())
    assert (saved["job"], saved["more"]) == ("sms", {})


def test_no_text_of_a_spool_reaches_a_terminal_as_it_is(delivering: Delivering) -> None:
    spool, hostile = used(delivering), "a\x1b[2J\nzz\u202e"
    (spool / "damaged" / hostile).touch()
    (spool / "damaged" / f"{hostile}.why").write_text(hostile)
    (spool / "runs" / f"{hostile}.run").write_bytes(jobs(1).data)
    forge(spool, job=hostile, instance=hostile)
    run = Run().define(Definition("x_total", "counter", "h")).count(1, "x_total", a=hostile)
    run.write(SpoolDirectory(spool))
    everything = ""
    for arguments in (("status",), ("deliver",), ("status",), ("retire", "x_total", "--all")):
        command, *more = arguments
        done = delivering.spool_command(command, str(spool), *more)
        everything += done.stdout + done.stderr
    for said in ("a\\x1b[2J\\nzz\\u202e", "removed x_total"):
        assert said in everything
    assert all(line.isprintable() for line in everything.split("\n"))
    assert "\nzz" not in everything


@pytest.mark.parametrize("run", ["../../victim", "a\0", "", "a\n"])
def test_totals_that_name_no_run_are_refused(run: str, tmp_path: Path) -> None:
    directory = prepared(tmp_path)
    Totals(runs=frozenset((run,))).write(directory)
    with pytest.raises(FormatError, match="is not the id of a run"):
        read(directory.totals)


@pytest.mark.parametrize("labels", [(('a"} 1\n', "x"),), (("a", "\ud800"),)])
def test_totals_with_labels_that_no_sink_can_send_are_refused(
    labels: Labels, tmp_path: Path
) -> None:
    directory = prepared(tmp_path)
    jobs(3).write(directory)
    SpoolStore(directory).compact()
    totals = read(directory.totals)
    for part in totals.sums.parts.values():
        part.series[labels] = [SINCE, 1.0]
    totals.write(directory)
    with pytest.raises(FormatError, match="cannot be read"):
        read(directory.totals)

"""What a receiver refused is kept for people to look at, and left out for an hour."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.delivery.gateway import KEXP, RECORD_FIVE, SUCCESS, Delivering, held
from tools.running import HOST
from typedprom.core.misuse import forget
from typedprom.delivery.deliverer import REFUSED
from typedprom.delivery.quarantine import HELD_SECONDS, PAYLOAD_BYTES, Quarantine

PAYLOAD = b"# TYPE x_g gauge\nx_g 1.0\n"


@pytest.fixture(autouse=True)
def reported_anew() -> Iterator[None]:
    undo = forget()
    yield
    undo()


def test_a_family_is_held_by_every_process_and_its_payload_can_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "refused"
    assert Quarantine(folder).held() == {}
    Quarantine(folder).add("x_g", "it is\nnot a COUNTER", PAYLOAD)
    assert Quarantine(folder).held() == {"x_g": "it is not a COUNTER"}
    words, payload = (folder / "x_g.txt").read_bytes().split(b"\n", 1)
    assert words.endswith(b"it is not a COUNTER")
    assert payload == PAYLOAD
    assert [path.name for path in folder.iterdir()] == ["x_g.txt"]
    assert (folder.stat().st_mode & 0o777, (folder / "x_g.txt").stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )


def test_the_last_refusal_replaces_the_one_before(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path)
    quarantine.add("x_g", "first", PAYLOAD)
    quarantine.add("x_g", "second", PAYLOAD)
    assert quarantine.held() == Quarantine(tmp_path).held() == {"x_g": "second"}


@pytest.mark.parametrize("age", [HELD_SECONDS + 1, -HELD_SECONDS - 1])
def test_it_is_tried_again_after_an_hour_whatever_the_clock_does(
    tmp_path: Path, age: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    quarantine = Quarantine(tmp_path)
    quarantine.add("x_g", "no", PAYLOAD)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + age)
    assert quarantine.held() == Quarantine(tmp_path).held() == {}
    assert (tmp_path / "x_g.txt").exists()
    quarantine.add("x_g", "still not", PAYLOAD)
    os.utime(tmp_path / "x_g.txt", (time.time(), time.time()))
    assert quarantine.held() == Quarantine(tmp_path).held() == {"x_g": "still not"}


def test_what_goes_through_is_forgotten(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path)
    for name in ("x_a", "x_b", "x_c"):
        quarantine.add(name, "no", PAYLOAD)
    Quarantine(tmp_path).remove({"x_c"})
    quarantine.remove({"x_never"})
    quarantine.remove({"x_a", "x_c", "x_other"})
    assert quarantine.held() == Quarantine(tmp_path).held() == {"x_b": "no"}


def test_a_large_payload_is_cut_at_a_line(tmp_path: Path) -> None:
    Quarantine(tmp_path).add("x_g", "no", b"x_g 1.0\n" * 1_000_000)
    kept = (tmp_path / "x_g.txt").read_bytes()
    assert len(kept) < PAYLOAD_BYTES + 1000
    assert kept.endswith(b"x_g 1.0\n# and so on\n")


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".", "x" * 250, "x\n", "a b"])
def test_names_that_are_no_file_are_remembered(tmp_path: Path, name: str) -> None:
    quarantine = Quarantine(tmp_path / "refused")
    quarantine.add(name, "no", PAYLOAD)
    assert quarantine.held() == {name: "no"}
    assert [*tmp_path.iterdir()] == []
    quarantine.remove({name})
    assert quarantine.held() == {}


def test_without_a_place_to_keep_it_a_family_is_held_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "refused").write_text("a file where a folder should be")
    quarantine = Quarantine(tmp_path / "refused")
    for _ in range(2):
        quarantine.add("x_g", "no", PAYLOAD)
    assert quarantine.held() == {"x_g": "no"}
    assert len(caplog.messages) == 1
    assert "cannot save a refused family" in caplog.messages[0]
    without = Quarantine(None)
    without.add("x_g", "no", PAYLOAD)
    assert without.held() == {"x_g": "no"}


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    quarantine = Quarantine(tmp_path)
    monkeypatch.setattr(Path, "replace", full)
    quarantine.add("x_g", "no", PAYLOAD)
    assert [*tmp_path.iterdir()] == []
    assert quarantine.held() == {"x_g": "no"}
    assert "No space left on device" in caplog.messages[0]


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine")
    (tmp_path / "x_g.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "folder.txt").mkdir()
    assert [*Quarantine(tmp_path).held()] == ["x_g"]
    Quarantine(tmp_path).remove({"folder", "notes"})
    assert (tmp_path / "folder.txt").is_dir()
    assert (tmp_path / "notes.md").exists()


def test_a_job_that_pushes_once_tells_how_many_are_refused(delivering: Delivering) -> None:
    """So that the alert on it fires; and that it ends when nothing is refused any more."""
    other = f"http://{HOST}:{delivering.port}/metrics/job/other"
    send("PUT", other, f"# TYPE {SUCCESS} gauge\n{SUCCESS} 1\n".encode())
    program = f"import logging; logging.disable()\n{RECORD_FIVE}"
    for _ in range(2):  # also while the family is held back
        delivering.run(program)
        assert held(delivering.port)[REFUSED.name] == 1.0
        assert KEXP not in held(delivering.port)
        assert len([*(delivering.spool / "refused").iterdir()]) == 1
    send("DELETE", other, b"")
    for path in (delivering.spool / "refused").iterdir():
        os.utime(path, (time.time() - HELD_SECONDS - 1,) * 2)
    delivering.run(program)
    assert held(delivering.port)[REFUSED.name] == 0.0
    assert held(delivering.port)[KEXP] == 15.0
    assert [*(delivering.spool / "refused").iterdir()] == []


def send(method: str, url: str, body: bytes) -> None:
    request = Request(url, body, method=method)  # noqa: S310 - of a gateway that the test started
    with urlopen(request, timeout=10) as answer:  # noqa: S310
        assert answer.status in (200, 202)

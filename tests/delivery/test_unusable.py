"""A spool that cannot be used is told of once, and nothing that is said later contradicts it."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from tests.delivery.gateway import RECORD_FIVE, Delivering
from tools.running import free_port
from typedprom.delivery.push_thread import PushThread
from typedprom.delivery.settings import Settings
from typedprom.spool.writer import Spool


@pytest.mark.parametrize("what", ["a file", "below a file", "runs is a file"])
def test_a_spool_that_cannot_be_is_told_of_once(what: str, tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    if what == "runs is a file":
        spool.mkdir()
        (spool / "runs").touch()
    else:
        spool.touch()
    named = spool / "sms" if what == "below a file" else spool
    delivering = Delivering(free_port(), tmp_path, {"TYPEDPROM_SPOOL_DIR": str(named)})
    with delivering.start(RECORD_FIVE) as process:
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, "")
    assert errors.count("\n") == 1
    assert f"cannot write to spool {named}: " in errors


def test_a_delivery_that_is_late_says_who_does_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool, released = Spool(tmp_path), Event()
    spool.recorded = True
    monkeypatch.setattr(spool, "refresh", lambda: released.wait(60))
    assert PushThread(spool, Settings({"job": "j"})).finish(0.1) is None
    released.set()
    assert (
        f"{tmp_path} was not delivered within 0.1 s; the next run delivers it, or " in caplog.text
    )
    assert f"`typedprom-spool deliver {tmp_path}`" in caplog.text

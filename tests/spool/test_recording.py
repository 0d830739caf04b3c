"""The run file has what memory has, to the last count, however recordings interrupt each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.programs import run_python


def compare(folder: Path, cells: str, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TYPEDPROM_CELLS", cells)
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    monkeypatch.setenv("TYPEDPROM_SPOOL_DIR", str(folder / "spool"))
    done = run_python("-m", "tests.spool.compared_program", *arguments, seconds=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("cells", ["shared", "per-thread"])
def test_eight_threads_leave_file_and_memory_equal(
    cells: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = compare(tmp_path, cells, "tests.runtime.thread_program", monkeypatch=monkeypatch)
    assert last.endswith("series are the same")
    assert int(last.split()[0]) > 2000


@pytest.mark.parametrize("victim", ["recording", "first_touches", "collecting"])
def test_signal_handlers_and_finalizers_leave_file_and_memory_equal(
    victim: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "tests.runtime.interrupt_program"
    last = compare(tmp_path, "shared", program, victim, monkeypatch=monkeypatch)
    assert last.endswith("series are the same")


def test_the_first_recording_enters_few_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TYPEDPROM_SPOOL_DIR", str(tmp_path / "spool"))
    monkeypatch.setenv("TYPEDPROM_CELLS", "shared")
    done = run_python("-c", FIRST_RECORDING)
    assert (done.returncode, done.stderr) == (0, "")
    entered = done.stdout.split()
    assert "spool/run_file.py" in entered
    assert len(entered) <= 14, entered


FIRST_RECORDING = """
import sys
from pathlib import Path
import typedprom
from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS
ours = Path(typedprom.__file__).parent
entered = set()
sys.setprofile(lambda frame, event, argument: entered.add(Path(frame.f_code.co_filename)))
SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
sys.setprofile(None)
print(*sorted(str(path.relative_to(ours)) for path in entered if path.is_relative_to(ours)))
assert "typedprom.spool.spooled_thread_cells" not in sys.modules
"""

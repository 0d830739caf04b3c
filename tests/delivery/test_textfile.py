"""Textfile: what is in the file, who can read it, and what is left where it cannot be written."""

from __future__ import annotations

import os
import stat
import threading
import time
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from typedprom.delivery.sinks.textfile import Textfile
from typedprom.metrics.definition import Definition, Family

COUNTED = Definition("sms_requests_total", "counter", "Requests.")
LATER = float("inf")
LATENCY = Definition("sms_latency_seconds", "histogram", "How long.", buckets=(0.1, 1.0))


def counted(value: float) -> list[Family]:
    return [Family(COUNTED, {(("source", "a"),): [1_700_000_000.0, value]})]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def samples(path: Path) -> list[tuple[str, dict[str, str], float]]:
    return [
        (sample.name, sample.labels, sample.value)
        for family in text_string_to_metric_families(path.read_text())
        for sample in family.samples
    ]


def test_the_file_has_the_families_without_created_series(tmp_path: Path) -> None:
    path = tmp_path / "sms.prom"
    latency = Family(LATENCY, {(): [1_700_000_000.0, 3.0, 2.0, 1.0, 4.25]})
    assert Textfile(path).push([*counted(5.0), latency], LATER).delivered
    assert samples(path) == [
        ("sms_requests_total", {"source": "a"}, 5.0),
        ("sms_latency_seconds_bucket", {"le": "0.1"}, 3.0),
        ("sms_latency_seconds_bucket", {"le": "1.0"}, 5.0),
        ("sms_latency_seconds_bucket", {"le": "+Inf"}, 6.0),
        ("sms_latency_seconds_count", {}, 6.0),
        ("sms_latency_seconds_sum", {}, 4.25),
    ]
    assert names(tmp_path) == {"sms.prom"}


def test_it_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """Whoever opens it finds one whole exposition, and keeps it when the next one comes."""
    path = tmp_path / "sms.prom"
    textfile = Textfile(path)
    textfile.push(counted(0.0), LATER)
    done = threading.Event()
    seen: list[list[tuple[str, dict[str, str], float]]] = []

    def read() -> None:
        while not done.is_set():
            seen.append(samples(path))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        with path.open() as old:
            for value in range(1, 100):
                textfile.push(counted(float(value)), LATER)
            assert old.read().endswith("} 0.0\n")
    finally:
        done.set()
        reader.join()
    values = [value for ((_, _, value),) in seen]
    assert values == sorted(values)
    assert samples(path) == [("sms_requests_total", {"source": "a"}, 99.0)]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_node_exporter_can_read_it_whatever_the_umask_is(tmp_path: Path) -> None:
    path = tmp_path / "sms.prom"
    before = os.umask(0o077)
    try:
        Textfile(path).push(counted(5.0), LATER)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize("name", ["sms.txt", "sms", ".prom", "sms.prom.new"])
def test_a_name_that_node_exporter_does_not_read_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"must end in `\.prom`"):
        Textfile(Path(name))


def test_a_folder_that_is_missing_is_reported_and_may_come(tmp_path: Path) -> None:
    textfile = Textfile(tmp_path / "missing" / "sms.prom")
    outcome = textfile.push(counted(5.0), LATER)
    assert not outcome.delivered
    assert outcome.reason == f"folder {tmp_path / 'missing'} does not exist"
    (tmp_path / "missing").mkdir()
    assert textfile.push(counted(5.0), LATER).delivered


def test_a_path_that_is_none_is_reported() -> None:
    assert "null" in Textfile(Path("a\0b.prom")).push(counted(5.0), LATER).reason


def test_what_cannot_be_replaced_is_left_without_a_trace_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "sms.prom"
    path.mkdir()
    assert not Textfile(path).push(counted(5.0), LATER).delivered
    assert names(tmp_path) == {"sms.prom"}


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "sms.prom"
    textfile = Textfile(path)
    textfile.push(counted(5.0), LATER)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in textfile.push(counted(6.0), LATER).reason
    assert samples(path) == [("sms_requests_total", {"source": "a"}, 5.0)]
    assert names(tmp_path) == {"sms.prom"}


def test_what_killed_writers_left_is_removed_once_nobody_can_be_writing_it(tmp_path: Path) -> None:
    old, young, foreign = (
        tmp_path / name for name in (".sms.prom.0a.new", ".sms.prom.0b.new", ".other.prom.0a.new")
    )
    for path in (old, young, foreign):
        path.touch()
    for path in (old, foreign):
        os.utime(path, (time.time() - 7200,) * 2)
    Textfile(tmp_path / "sms.prom").push(counted(5.0), LATER)
    assert names(tmp_path) == {
        "sms.prom",
        ".sms.prom.0b.new",
        ".other.prom.0a.new",
    }

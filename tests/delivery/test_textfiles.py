"""Textfiles of several spools: told where they would replace or hide each other's metrics."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from tests.delivery.gateway import RECORD_FIVE, SUCCESS, Delivering
from tests.support.needs import require_node_exporter
from tools.running import node_exporter
from typedprom.delivery.saved_settings import SavedSettings
from typedprom.delivery.sinks.textfile import Textfile
from typedprom.metrics.definition import Definition, Family

LATER = float("inf")
X = Family(Definition("x_total", "counter", "X."), {(): [1_700_000_000.0, 5.0]})
PUSHES = Family(Definition("typedprom_pushes", "gauge", "Pushes."), {(): [1_700_000_000.0, 1.0]})
OTHER = """
from typedprom import Catalog, Counter
CATALOG = Catalog(namespace="x", title="X", description="", interface=1)
Counter(CATALOG, key="made", name="x_made_total", help="Made.").inc(2)
CATALOG.register()
"""


def program(folder: Path, text: str, file: str = "all.prom", **more: str) -> str:
    """Run a program that writes the file of the folder, and return what it logs."""
    variables = {"SMS_PUSHGATEWAY_URL": "", "TYPEDPROM_TEXTFILE": str(folder / "prom" / file)}
    (folder / "prom").mkdir(exist_ok=True)
    with Delivering(9, folder / "state", {**variables, **more}).start(text) as process:
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, "")
    return errors.removesuffix(" (further ones are not logged)\n")


def values(file: Path) -> dict[str, float]:
    """The counts of the catalogs that are not zero, by name and labels."""
    return {
        sample.name + "".join(f" {n}={value}" for n, value in sample.labels.items()): sample.value
        for family in text_string_to_metric_families(file.read_text())
        for sample in family.samples
        if sample.name.startswith(("sms_", "x_")) and sample.name.endswith("_total")
        if sample.value
    }


def spool(folder: Path) -> Path:
    """Make the folder of a spool, with saved settings only."""
    folder.mkdir()
    SavedSettings("x").save(folder, ())
    return folder


def test_a_second_spool_does_not_replace_the_file_and_is_told(tmp_path: Path) -> None:
    file = tmp_path / "prom" / "all.prom"
    assert program(tmp_path, RECORD_FIVE) == ""
    first = tmp_path / "state" / "typedprom" / "sms"
    assert program(tmp_path, OTHER) == (
        f"push to {file} failed (it has the metrics of the spool {first}: set TYPEDPROM_TEXTFILE "
        "to another file, or TYPEDPROM_SPOOL_DIR to one folder for both; if that spool is no "
        "longer used, delete the file); the data stays in the spool"
    )
    assert values(file) == {f"{SUCCESS} source_id=kexp": 5.0}
    shutil.rmtree(first)
    assert program(tmp_path, "") == ""
    assert program(tmp_path, OTHER) == ""
    assert values(file) == {"x_made_total": 4.0}


def test_two_catalogs_of_a_program_are_joined_by_one_spool(tmp_path: Path) -> None:
    both, file = RECORD_FIVE + OTHER, tmp_path / "prom" / "all.prom"
    assert "or TYPEDPROM_SPOOL_DIR to one folder for both" in program(tmp_path, both)
    file.unlink()
    assert program(tmp_path, both, TYPEDPROM_SPOOL_DIR=str(tmp_path / "joined")) == ""
    assert values(file) == {f"{SUCCESS} source_id=kexp": 5.0, "x_made_total": 2.0}


def test_two_files_with_the_same_metrics_are_told(tmp_path: Path) -> None:
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    assert program(tmp_path, OTHER, "a.prom", TYPEDPROM_SPOOL_DIR=a) == ""
    for directory in (a, b):  # the same spool, or another one
        said = program(tmp_path, OTHER, "b.prom", TYPEDPROM_SPOOL_DIR=directory)
        assert said.startswith(f"push to {tmp_path / 'prom' / 'b.prom'} failed (")
        assert f"({tmp_path / 'prom' / 'a.prom'} has `" in said
        assert said.endswith(
            "too, and node_exporter exposes one of them only: delete that file if it is no longer "
            "written, else set TYPEDPROM_SPOOL_DIR to one folder for both, or TYPEDPROM_GROUPING "
            "to labels that differ); the data stays in the spool"
        )
    assert program(tmp_path, OTHER, "a.prom", TYPEDPROM_SPOOL_DIR=a) == ""
    assert [path.name for path in (tmp_path / "prom").iterdir()] == ["a.prom"]


def test_node_exporter_exposes_the_files_of_all_spools(tmp_path: Path) -> None:
    """Also of one catalog, where labels of the grouping key tell the spools apart."""
    require_node_exporter()
    assert program(tmp_path, RECORD_FIVE, "sms.prom") == ""
    assert program(tmp_path, OTHER, "x.prom") == ""
    more = {"TYPEDPROM_SPOOL_DIR": str(tmp_path / "b"), "TYPEDPROM_GROUPING": "team=b"}
    assert program(tmp_path, OTHER, "b.prom", **more) == ""
    with node_exporter(tmp_path, tmp_path / "prom") as server:
        with urlopen(f"http://{server.address}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        assert "error" not in server.log.read_text()
    (tmp_path / "exposed").write_text(text)
    assert values(tmp_path / "exposed") == {
        f"{SUCCESS} source_id=kexp": 5.0,
        "x_made_total": 2.0,
        "x_made_total team=b": 2.0,
    }
    assert "\nnode_textfile_scrape_error 0\n" in text
    families = text_string_to_metric_families(text)
    found = {family.name: family.samples for family in families}
    assert len(found["typedprom_push_last_timestamp_seconds"]) == 3
    directories = {sample.labels["directory"] for sample in found["typedprom_spool_info"]}
    names = tmp_path / "state" / "typedprom"
    assert directories == {str(names / "sms"), str(names / "x"), str(tmp_path / "b")}


def test_a_file_that_another_spool_took_is_left_to_it(tmp_path: Path) -> None:
    """Containers, for example, may have spools of the same path."""
    file, mine, other = tmp_path / "x.prom", spool(tmp_path / "a"), spool(tmp_path / "b")
    first, second = Textfile(file, mine), Textfile(file, other)
    assert first.push([X], LATER).delivered
    shutil.rmtree(mine)
    spool(mine)
    assert second.push([X], LATER).delivered
    assert "has the metrics of the spool" in first.push([X], LATER).reason
    assert second.push([X], LATER).delivered


def test_of_two_that_began_at_once_the_first_name_stays(tmp_path: Path) -> None:
    folders = {"a.prom": spool(tmp_path / "1"), "b.prom": spool(tmp_path / "2")}
    files = [Textfile(tmp_path / name, folder) for name, folder in folders.items()]
    assert files[0].push([X], LATER).delivered
    hidden = tmp_path / "a.prom"
    aside = hidden.rename(tmp_path / "aside")
    assert files[1].push([X], LATER).delivered
    aside.rename(hidden)
    assert [file.push([X], LATER).delivered for file in files] == [True, False]


def test_metrics_that_differ_in_more_than_labels_are_told(tmp_path: Path) -> None:
    newer = Family(Definition("x_total", "counter", "Another help."), X.series)
    labels = {"job": "x", "instance": "i", "team": "b"}
    assert Textfile(tmp_path / "a.prom", spool(tmp_path / "a")).push([X], LATER).delivered
    result = Textfile(tmp_path / "b.prom", spool(tmp_path / "b"), labels).push([newer], LATER)
    assert result.reason == (
        f"{tmp_path / 'a.prom'} has `x_total` with another help or type, and node_exporter exposes "
        "one of them only: use one version of the catalog"
    )


def test_our_own_families_are_told_apart_by_the_directory(tmp_path: Path) -> None:
    def lines(name: str, families: Sequence[Family], **labels: str) -> list[str]:
        file = Textfile(tmp_path / name, spool(tmp_path / name[0]), labels)
        assert file.push(families, LATER).delivered
        return [line for line in (tmp_path / name).read_text().splitlines() if line[0] != "#"]

    assert lines("a.prom", [X, PUSHES], job="x", instance="i") == [
        "x_total 5.0",
        f'typedprom_pushes{{directory="{tmp_path / "a"}"}} 1.0',
    ]
    assert lines("b.prom", [PUSHES], job="x") == [
        f'typedprom_pushes{{directory="{tmp_path / "b"}"}} 1.0'
    ]
    assert lines("c.prom", [X], job="x", zone="c") == ['x_total{zone="c"} 5.0']


def test_text_that_is_not_utf_8_is_replaced(tmp_path: Path) -> None:
    folder = spool(tmp_path / os.fsdecode(b"\xff"))
    file = Textfile(tmp_path / "x.prom", folder, {"team": os.fsdecode(b"a\xff")})
    assert [file.push([X, PUSHES], LATER).delivered for _ in range(2)] == [True, True]
    assert 'x_total{team="a?"} 5.0' in file.path.read_text().splitlines()


def test_files_of_others_are_as_they_were(tmp_path: Path) -> None:
    marks = (b"# typedprom: {}\n", b"# typedprom: [\xff\n", b"x_total 7\n", b"")
    for number, mark in enumerate(marks):
        (tmp_path / f"{number}.prom").write_bytes(mark)
    (tmp_path / "folder.prom").mkdir()
    os.mkfifo(tmp_path / "pipe.prom")
    assert Textfile(tmp_path / "0.prom", spool(tmp_path / "a")).push([X], LATER).delivered
    assert Textfile(tmp_path / "2.prom").push([X], LATER).delivered

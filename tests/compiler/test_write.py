"""Output folders: which files are written, kept and removed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.compiler.output_folder import Output
from typedprom_codegen.apply import apply
from typedprom_codegen.codes import output as codes
from typedprom_codegen.manifest import NAME, TEMPORARY
from typedprom_codegen.report import diff, edits, listing, totals


@pytest.fixture
def output(tmp_path: Path) -> Output:
    return Output(tmp_path / "some" / "out")


def test_writes_files_and_the_folders_they_need(output: Output) -> None:
    files = {"__init__.py": "one\n", "sub/deep/x.json": "{}\n", "py.typed": ""}
    planned = output.write(files)
    assert output.tree() == files
    assert totals(planned) == "python: 3 files, 3 written"
    assert list(output.path.parent.iterdir()) == [output.path]


def test_second_run_changes_nothing(output: Output) -> None:
    files = {"a.py": "one\n", "sub/b.py": "two\n"}
    output.write(files)
    before = {file: file.stat() for file in output.path.rglob("*")}
    planned = output.write(files)
    after = {file: file.stat() for file in output.path.rglob("*")}
    assert {f: (s.st_ino, s.st_mtime_ns) for f, s in before.items()} == {
        f: (s.st_ino, s.st_mtime_ns) for f, s in after.items()
    }
    assert not planned.changes
    assert totals(planned) == "python: 2 files, up to date"


def test_only_what_changed_is_written(output: Output) -> None:
    output.write({"a.py": "one\n", "b.py": "two\n"})
    before = (output.path / "a.py").stat()
    planned = output.write({"a.py": "one\n", "b.py": "three\n"})
    after = (output.path / "a.py").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert [change.path for change in planned.files] == ["b.py"]
    assert totals(planned) == "python: 2 files, 1 written"


def test_the_folder_keeps_files_that_are_not_ours(output: Output) -> None:
    output.write({"a.py": "old\n", "sub/b.py": "old\n", "gone/c.py": ""})
    (output.path / "link").symlink_to("/nowhere")
    (output.path / "empty").mkdir()
    (output.path / "gone" / "cache").mkdir(mode=0o750)
    os.mkfifo(output.path / "sub" / "pipe")
    kept = [output.path / name for name in ("", "sub", "link", "empty", "gone/cache", "sub/pipe")]
    before = [(place.lstat().st_ino, place.lstat().st_mode) for place in kept]
    output.write({"a.py": "new\n", "sub/b.py": "new\n"})
    assert [(place.lstat().st_ino, place.lstat().st_mode) for place in kept] == before


def test_names_as_long_as_the_system_allows(tmp_path: Path) -> None:
    output = Output(tmp_path / ("o" * 255))
    output.write({"p" * 255: "old\n"})
    output.write({"p" * 255: "new\n"})
    assert output.tree() == {"p" * 255: "new\n"}


def test_orphans_and_the_folders_they_leave_empty_are_removed(output: Output) -> None:
    output.write({"a.py": "", "sub/deep/b.py": "", "kept/c.py": "", "kept/d.py": ""})
    (output.path / "sub" / "mine.txt").write_text("a stranger's")
    planned = output.write({"a.py": "", "kept/d.py": ""})
    assert output.tree() == {"a.py": "", "kept/d.py": "", "sub/mine.txt": "a stranger's"}
    assert not (output.path / "sub" / "deep").exists()
    assert totals(planned) == "python: 2 files, 2 removed"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": "file\n"}, {"a/b": "below it\n"}),
        ({"a/b/c": "below\n", "a/d": "too\n"}, {"a": "file\n"}),
    ],
)
def test_a_file_becomes_a_folder_and_a_folder_a_file(
    output: Output, before: dict[str, str], after: dict[str, str]
) -> None:
    output.write(before)
    output.write(after)
    assert output.tree() == after


def test_orphan_whose_name_differs_only_in_case_is_removed_first(output: Output) -> None:
    """If the system ignores case, removing the orphan later would remove the new file."""
    output.write({"A.py": "old\n"})
    planned = output.plan({"a.py": "new\n"})
    (output.path / "a.py").mkdir()  # stops the run at this file
    apply(planned, output.found)
    assert [code for code, _ in output.reported()] == [codes.CANNOT_WRITE]
    assert not (output.path / "A.py").exists()


def test_hand_edit_is_replaced_and_reported(output: Output) -> None:
    output.write({"a.py": "ours\n", "b.py": "ours\n", "c.py": "ours\n"})
    (output.path / "a.py").write_text("edited\n")
    (output.path / "b.py").write_text("edited\n")
    files = {"a.py": "ours\n", "c.py": "new\n"}
    assert list(listing(output.plan(files))) == [
        "out/a.py: out of date, edited by hand",
        "out/b.py: left over, edited by hand",
        "out/c.py: out of date",
    ]
    assert list(edits(output.write(files))) == [
        "note: out/a.py was edited by hand; replaced",
        "note: out/b.py was edited by hand; removed",
    ]
    assert output.tree() == files


def test_line_ends_of_a_checkout_are_no_edit(output: Output) -> None:
    output.write({"a.py": "ours\ntoo\n", "b.py": "ours\ntoo\n"})
    for file in output.path.iterdir():
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    files = {"a.py": "ours\ntoo\n", "b.py": "new\n"}
    planned = output.plan(files)
    assert list(listing(planned)) == ["out/b.py: out of date"]
    assert [line for line in diff(planned) if line.startswith(("-o", "+n"))] == [
        "-ours\n",
        "+new\n",
    ]
    (output.path / "b.py").write_bytes(b"edited\r\n")
    assert list(listing(output.plan(files))) == ["out/b.py: out of date, edited by hand"]
    (output.path / "a.py").unlink()
    assert next(listing(output.plan(files))) == "out/a.py: missing"
    output.write(files)
    assert (output.path / "b.py").read_bytes() == b"new\n"


def test_replacing_a_hand_edit_leaves_the_manifest_alone(output: Output) -> None:
    output.write({"a.py": "ours\n"})
    before = (output.path / NAME).stat()
    (output.path / "a.py").write_text("edited\n")
    output.write({"a.py": "ours\n"})
    assert (output.path / NAME).stat().st_mtime_ns == before.st_mtime_ns
    assert output.tree() == {"a.py": "ours\n"}


def test_manifest_does_not_depend_on_the_order_of_files(output: Output, tmp_path: Path) -> None:
    files = {"b.py": "1\n", "a.py": "2\n", "sub/c.py": "3\n"}
    other = Output(tmp_path / "other")
    output.write(files)
    other.write(dict(reversed(files.items())))
    assert (output.path / NAME).read_bytes() == (other.path / NAME).read_bytes()


def test_temporary_files_of_a_killed_run_are_removed(output: Output) -> None:
    output.write({"a.py": "ours\n"})
    (output.path / f"{TEMPORARY}0").write_text("half of a")
    (output.path / f"{TEMPORARY}interim").touch()
    planned = output.write({"a.py": "ours\n"})
    assert not planned.changes
    assert {file.name for file in output.path.iterdir()} == {"a.py", NAME}


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o002, 0o644), (0o077, 0o600)])
def test_mode_of_files_respects_the_umask(output: Output, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        output.write({"a.py": "ours\n"})
    finally:
        os.umask(before)
    assert (output.path / "a.py").stat().st_mode & 0o777 == mode
    assert (output.path / NAME).stat().st_mode & 0o777 == mode


def test_diff_can_be_applied_by_patch(output: Output) -> None:
    output.write({"a.py": "1\n2\n3\n", "gone.py": "x\n", "ends": "no newline"})
    planned = output.plan({"a.py": "1\n2!\n3\n", "new.py": "y\n", "ends": "no newline either"})
    assert "".join(diff(planned)).startswith(
        "--- a/out/a.py\n+++ b/out/a.py\n@@ -1,3 +1,3 @@\n 1\n-2\n+2!\n 3\n"
        "--- a/out/ends\n+++ b/out/ends\n@@ -1 +1 @@\n"
        "-no newline\n\\ No newline at end of file\n"
        "+no newline either\n\\ No newline at end of file\n"
        "--- a/out/gone.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
        "--- /dev/null\n+++ b/out/new.py\n@@ -0,0 +1 @@\n+y\n"
        "--- a/out/.typedprom.json\n+++ b/out/.typedprom.json\n"
    )

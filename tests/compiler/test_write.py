"""Output folders: which files are written, kept, removed and refused."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from typedprom_codegen.apply import apply
from typedprom_codegen.codes import output as codes
from typedprom_codegen.config import Folder
from typedprom_codegen.diagnostics import Code, Diagnostics, Span
from typedprom_codegen.emit import OutputFile
from typedprom_codegen.manifest import NAME, TEMPORARY
from typedprom_codegen.report import diff, edits, listing, totals
from typedprom_codegen.write import Plan, plan

SETTING = Span("typedprom.toml", 4, 13, 4, 18)


class Output:
    """An output folder of a target that writes these files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found = Diagnostics()

    def plan(self, files: Mapping[str, str]) -> Plan:
        self.found = Diagnostics()
        folder = Folder("python", self.path, "out", SETTING)
        return plan(folder, [OutputFile(*file) for file in files.items()], self.found)

    def write(self, files: Mapping[str, str]) -> Plan:
        planned = self.plan(files)
        assert not list(self.found)
        apply(planned, self.found)
        return planned

    def tree(self) -> dict[str, str]:
        """Return all files except the manifest by path."""
        return {
            file.relative_to(self.path).as_posix(): file.read_text()
            for file in self.path.rglob("*")
            if file.is_file() and file != self.path / NAME
        }

    def reported(self) -> list[tuple[Code, str]]:
        return [(found.code, found.message) for found in self.found]


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


def test_foreign_file_is_never_overwritten(output: Output) -> None:
    output.write({"a.py": "ours\n"})
    (output.path / "b.py").write_text("a stranger's\n")
    output.plan({"a.py": "new\n", "b.py": "ours\n"})
    assert output.reported() == [
        (codes.FOREIGN_FILE, "`out/b.py` is in the way: typedprom did not write it")
    ]
    assert output.tree() == {"a.py": "ours\n", "b.py": "a stranger's\n"}


def test_foreign_file_with_our_content_becomes_ours(output: Output) -> None:
    output.path.mkdir(parents=True)
    (output.path / "a.py").write_text("the same\n")
    output.write({"a.py": "the same\n"})
    output.write({"a.py": "another\n"})
    assert output.tree() == {"a.py": "another\n"}


def _folder(place: Path) -> None:
    (place / "with").mkdir(parents=True)
    (place / "with" / "file").touch()


def _empty_folder(place: Path) -> None:
    place.mkdir()


def _link(place: Path) -> None:
    target = place.parent.parent / "elsewhere"
    target.write_text("elsewhere\n")
    place.symlink_to(target)


def _dangling_link(place: Path) -> None:
    place.symlink_to("nowhere")


@pytest.mark.parametrize("obstruct", [_folder, _empty_folder, _link, _dangling_link])
def test_anything_but_a_plain_file_is_an_obstacle(
    output: Output, obstruct: Callable[[Path], None]
) -> None:
    output.write({"a.py": "ours\n"})
    obstruct(output.path / "b.py")
    output.plan({"a.py": "ours\n", "b.py": "elsewhere\n"})
    assert [code for code, _ in output.reported()] == [codes.FOREIGN_FILE]


def test_folder_that_is_a_link_is_not_followed(output: Output, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    output.write({"sub/a.py": "ours\n"})
    (output.path / "sub" / "a.py").rename(outside / "a.py")
    (output.path / "sub").rmdir()
    (output.path / "sub").symlink_to(outside)

    output.plan({"sub/a.py": "new\n"})
    assert output.reported() == [
        (codes.FOREIGN_FILE, "`out/sub` is in the way: typedprom did not write it")
    ]
    output.write({"b.py": "new\n"})  # sub/a.py is now an orphan behind the link
    assert (outside / "a.py").read_text() == "ours\n"


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


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<<<<<<< ours\n{}\n",
        b"[]",
        b"{}",
        b'{"files": {"../outside": "00"}}',
        b'{"files": {"/etc/passwd": "00"}}',
        b'{"files": {"a": 1}}',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_broken_manifest_is_reported_and_nothing_removed(output: Output, content: bytes) -> None:
    output.write({"a.py": "ours\n"})
    (output.path.parent / "outside").write_text("a stranger's\n")
    (output.path / NAME).write_bytes(content)
    output.plan({"a.py": "ours\n"})
    assert output.reported() == [
        (codes.BROKEN_MANIFEST, f"`out/{NAME}` is not a manifest that typedprom wrote")
    ]
    assert output.plan({"b.py": "new\n"}).changes == ()


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("../x", "leads out of its folder"),
        ("a/../../x", "leads out of its folder"),
        ("/x", "is absolute"),
        ("C:/x", "is absolute"),
        ("a\\..\\x", "has a backslash or a control character"),
        ("a\0b", "has a backslash or a control character"),
        ("", "is not normalized"),
        (".", "is not normalized"),
        ("a//b", "is not normalized"),
        ("./a", "is not normalized"),
        ("a/", "is not normalized"),
        (NAME, "is a name reserved by typedprom"),
        (f"{TEMPORARY}0", "is a name reserved by typedprom"),
        (".TypedProm.json", "is a name reserved by typedprom"),
    ],
)
def test_output_path_stays_in_its_folder(output: Output, path: str, problem: str) -> None:
    output.plan({path: "x\n"})
    assert output.reported() == [
        (codes.BAD_OUTPUT, f"target `python` makes `{path}`, which {problem}")
    ]


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ([OutputFile("a", "1"), OutputFile("a", "2")], "is made twice"),
        ([OutputFile("a", "1"), OutputFile("A", "2")], "differs from another one only in case"),
        ([OutputFile("a/b", "1"), OutputFile("a", "2")], "lies below another output file"),
        ([OutputFile("a", "\ud800")], "has text that cannot be encoded as UTF-8"),
    ],
)
def test_files_that_cannot_all_be_written(
    output: Output, files: list[OutputFile], problem: str
) -> None:
    plan(Folder("python", output.path, "out", SETTING), files, output.found)
    ((code, message),) = output.reported()
    assert code is codes.BAD_OUTPUT
    assert message.endswith(problem)


def test_temporary_files_of_a_killed_run_are_removed(output: Output) -> None:
    output.write({"a.py": "ours\n"})
    (output.path / f"{TEMPORARY}0").write_text("half of a")
    (output.path / f"{TEMPORARY}interim").touch()
    planned = output.write({"a.py": "ours\n"})
    assert not planned.changes
    assert {file.name for file in output.path.iterdir()} == {"a.py", NAME}


def test_temporary_name_that_leads_outside_is_not_followed(output: Output, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("a stranger's\n")
    output.path.mkdir(parents=True)
    (output.path / f"{TEMPORARY}0").symlink_to(tmp_path / "outside")
    output.write({"a.py": "ours\n"})
    assert (tmp_path / "outside").read_text() == "a stranger's\n"
    assert output.tree() == {"a.py": "ours\n"}


def test_folder_that_a_link_has_replaced_is_not_followed(output: Output, tmp_path: Path) -> None:
    output.write({"a.py": "ours\n"})
    output.path.rename(tmp_path / "outside")
    output.path.symlink_to(tmp_path / "outside")
    output.plan({"a.py": "new\n"})
    assert output.reported() == [
        (codes.FOREIGN_FILE, "`out` is in the way: typedprom did not write it")
    ]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o002, 0o644), (0o077, 0o600)])
def test_mode_of_files_respects_the_umask(output: Output, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        output.write({"a.py": "ours\n"})
    finally:
        os.umask(before)
    assert (output.path / "a.py").stat().st_mode & 0o777 == mode
    assert (output.path / NAME).stat().st_mode & 0o777 == mode


def test_file_where_the_folder_should_be(output: Output) -> None:
    output.path.parent.mkdir()
    output.path.write_text("a stranger's")
    planned = output.plan({"a.py": "ours\n"})
    apply(planned, output.found)
    assert set(output.reported()) == {
        (codes.CANNOT_WRITE, "cannot read or write `out`: not a directory")
    }
    assert output.path.read_text() == "a stranger's"


def test_full_disk_changes_nothing(output: Output) -> None:
    resource = pytest.importorskip("resource", reason="limits a file's size")
    output.write({"a.py": "old\n", "b.py": "old\n"})
    planned = output.plan({"a.py": "new\n", "b.py": "new\n" * 10_000})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        apply(planned, output.found)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert output.reported() == [(codes.CANNOT_WRITE, "cannot read or write `out`: file too large")]
    assert output.tree() == {"a.py": "old\n", "b.py": "old\n"}


def test_file_that_cannot_be_replaced_is_named(output: Output) -> None:
    output.write({"a.py": "old\n", "sub/b.py": "old\n", "sub/c.py": "old\n"})
    planned = output.plan({"a.py": "new\n", "sub/b.py": "new\n", "sub/c.py": "new\n"})
    (output.path / "sub" / "b.py").unlink()
    (output.path / "sub" / "b.py").mkdir()  # after the plan was made
    apply(planned, output.found)
    assert output.reported() == [
        (codes.CANNOT_WRITE, "cannot read or write `out/sub/b.py`: is a directory")
    ]
    (output.path / "sub" / "b.py").rmdir()
    completed = output.write({"a.py": "new\n", "sub/b.py": "new\n", "sub/c.py": "new\n"})
    assert not list(edits(completed))
    assert set(output.tree().values()) == {"new\n"}


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

"""Output that is refused: what stands in the way, paths that lead elsewhere, a full disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compiler.output_folder import SETTING, Output
from typedprom_codegen.apply import apply
from typedprom_codegen.codes import output as codes
from typedprom_codegen.config import Folder
from typedprom_codegen.emit import OutputFile
from typedprom_codegen.manifest import NAME, TEMPORARY
from typedprom_codegen.report import edits
from typedprom_codegen.write import plan


@pytest.fixture
def output(tmp_path: Path) -> Output:
    return Output(tmp_path / "some" / "out")


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

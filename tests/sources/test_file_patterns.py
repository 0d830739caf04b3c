"""Patterns: what they match, how files are named, and links that go round in circles."""

from __future__ import annotations

from pathlib import Path

import pytest

from typedprom_codegen.sources.file_patterns import PatternError, found_files

SUFFIXES = (".json", ".yaml")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with dashboards, beside a folder with another."""
    root = tmp_path / "project"
    for name in ("a.json", "deep/b.json", "deep/er/c.yaml", "deep/notes.md", ".hidden/d.json"):
        file = root / "grafana" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.json").touch()
    return root


def shown(project: Path, *patterns: str) -> list[str]:
    return [file.shown for file in found_files(project, patterns, "--dashboards", SUFFIXES)]


ALL = ["grafana/a.json", "grafana/deep/b.json", "grafana/deep/er/c.yaml"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("grafana/a.json", ["grafana/a.json"]),
        ("./grafana/../grafana/a.json", ["grafana/a.json"]),
        ("grafana/*.json", ["grafana/a.json"]),
        ("grafana/**/*.json", ["grafana/a.json", "grafana/deep/b.json"]),
        ("**/[bc].*", ["grafana/deep/b.json", "grafana/deep/er/c.yaml"]),
        ("grafana", ALL),
        ("grafana/", ALL),
        ("grafana/**", ALL),
        ("**", ALL),
        (".", ALL),
        ("./", ALL),
        ("grafana/*", ALL),
        ("grafana/.hidden/*", ["grafana/.hidden/d.json"]),
        ("../other/*.json", ["../other/x.json"]),
    ],
)
def test_patterns_match(project: Path, pattern: str, expected: list[str]) -> None:
    assert shown(project, pattern) == expected


def test_a_file_that_two_patterns_match_counts_once(project: Path) -> None:
    assert shown(project, "grafana/*.json", "grafana/a.json", "grafana") == ALL


def test_absolute_patterns_name_files_of_the_project_by_their_place_in_it(project: Path) -> None:
    assert shown(project, f"{project}/grafana/*.json") == ["grafana/a.json"]
    outside = project.parent / "other" / "x.json"
    assert shown(project, f"{outside.parent}/*") == [outside.as_posix()]


@pytest.mark.parametrize(
    "pattern", ["grafana/*.yml", "nowhere", "", "a\0b", "grafana/a.json/x", "["]
)
def test_a_pattern_without_a_file_is_an_error(project: Path, pattern: str) -> None:
    with pytest.raises(PatternError, match="no file matches `--dashboards"):
        shown(project, "grafana", pattern)


def test_a_folder_without_such_files_is_an_error(project: Path) -> None:
    (project / "docs").mkdir()
    (project / "docs/x.md").touch()
    with pytest.raises(PatternError) as refused:
        shown(project, "docs")
    problem = "there is no .json or .yaml file in what `--dashboards docs` matches"
    assert str(refused.value) == problem


def test_links_in_a_circle_are_not_followed(project: Path) -> None:
    (project / "grafana/deep/up").symlink_to(project / "grafana", target_is_directory=True)
    (project / "grafana/deep/again").symlink_to("up", target_is_directory=True)
    (project / "grafana/self.json").symlink_to("self.json")
    assert shown(project, "grafana/**/*.json") == [
        "grafana/a.json",
        "grafana/deep/b.json",
        "grafana/self.json",
    ]
    assert "grafana/deep/up/a.json" in shown(project, "grafana/deep/up/*.json")  # as asked


def test_a_file_is_also_named_by_its_own_brackets(project: Path) -> None:
    (project / "grafana/a[1].json").touch()
    (project / "grafana/a1.json").touch()
    assert shown(project, "grafana/a[1].json") == ["grafana/a1.json", "grafana/a[1].json"]


def test_a_broken_link_is_a_file_that_cannot_be_read(project: Path) -> None:
    (project / "grafana/old.json").symlink_to("gone.json")
    assert "grafana/old.json" in shown(project, "grafana")

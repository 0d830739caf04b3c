"""The configuration of a project: its settings and its errors, as printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from typedprom_codegen import config
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.config import NoProjectError
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.emit import OutputFile, Target
from typedprom_codegen.excerpt import SourceLines
from typedprom_codegen.render import text


@dataclass(frozen=True)
class Options:
    package: str
    line_length: int = 88
    strict: bool = False
    extra_folders: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.package.isidentifier():
            raise ValueError(f"`package` is not a name in Python: `{self.package}`")


@dataclass(frozen=True)
class NoOptions:
    pass


def emit(_catalog: CompiledCatalog, _options: object) -> Iterable[OutputFile]:
    raise AssertionError("the configuration is read without compiling")


@pytest.fixture(autouse=True)
def targets(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"docs": Target("docs", NoOptions, emit), "python": Target("python", Options, emit)}
    monkeypatch.setattr(config, "target_names", lambda: tuple(found))
    monkeypatch.setattr(config, "target_of", found.__getitem__)


def read(project: Path) -> config.Config:
    found = Diagnostics()
    result = config.read(project, found)
    assert not list(found)
    assert result is not None
    return result


def printed_errors(project: Path) -> str:
    """Return the printed errors of an invalid configuration, without the summary."""
    found = Diagnostics()
    config.read(project, found)
    return text(list(found), SourceLines(project)).rpartition("\n\n")[0]


def test_settings_in_a_file_of_our_own(tmp_path: Path) -> None:
    (tmp_path / "typedprom.toml").write_text(
        'catalog = "schema"\n[python]\ndirectory = "src/./made"\npackage = "made"\n'
        'line-length = 100\nstrict = true\nextra-folders = ["a", "b"]\n'
    )
    found = read(tmp_path)
    assert (found.project, found.file) == (tmp_path, tmp_path / "typedprom.toml")
    assert (found.catalog.path, found.catalog.shown) == (tmp_path / "schema", "schema")
    (python,) = found.targets
    assert python.folder.path == tmp_path / "src" / "made"
    assert python.folder.shown == "src/made"
    assert python.options == Options("made", 100, strict=True, extra_folders=("a", "b"))


def test_settings_in_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\n[tool.typedprom]\ncatalog = "schema"\n'
        'docs.directory = "docs"\npython = {directory = "made", package = "made"}\n'
    )
    found = read(tmp_path)
    assert [target.target.name for target in found.targets] == ["docs", "python"]
    assert found.targets[1].options == Options("made")


def test_own_file_beside_a_pyproject_of_others(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
    (tmp_path / "typedprom.toml").write_text('catalog = "schema"\n')
    assert read(tmp_path).file.name == "typedprom.toml"


def test_configured_twice(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.typedprom]\ncatalog = "schema"\n')
    (tmp_path / "typedprom.toml").write_text('catalog = "schema"\n')
    assert (
        printed_errors(tmp_path)
        == """\
typedprom.toml:1:1: error[TP608]: the project is configured twice: here and in pyproject.toml
  |
1 | catalog = "schema"
  | ^
  = help: keep one of the two and delete the other
pyproject.toml:1:1: note: the other configuration
  |
1 | [tool.typedprom]
  | ^^^^^^^^^^^^^^^^"""
    )


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "has neither typedprom.toml nor [tool.typedprom] in pyproject.toml"),
        ({"pyproject.toml": "[tool.ruff]\n"}, "has neither"),
        ({"pyproject.toml": "[tool]\n"}, "has neither"),
        ({"catalog.yaml": ""}, "has neither"),
    ],
)
def test_no_configuration(tmp_path: Path, files: dict[str, str], message: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(NoProjectError) as error:
        config.read(tmp_path, Diagnostics())
    assert message in str(error.value)


def test_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "circle").symlink_to("circle")
    for name in ("missing", "file", "circle", "a\0b"):
        with pytest.raises(NoProjectError):
            config.read(tmp_path / name, Diagnostics())


WRONG = {
    "syntax": (
        'catalog = "schema"\n[python\n',
        """\
typedprom.toml:2:8: error[TP601]: invalid TOML: expected ']' at the end of a table declaration
  |
2 | [python
  |        ^
  = help: fix the TOML; strings need quotes""",
    ),
    "syntax_at_the_end": (
        'catalog = "schema"\n[python]\npackage =\n',
        """\
typedprom.toml:3:10: error[TP601]: invalid TOML: invalid value
  |
3 | package =
  |          ^
  = help: fix the TOML; strings need quotes""",
    ),
    "unknown_setting": (
        'catalog = "schema"\n[python]\ndirectory = "x"\npackage = "x"\nline_length = 100\n',
        """\
typedprom.toml:5:1: error[TP602]: `line_length` is not a setting of target `python`; \
did you mean `line-length`?
  |
5 | line_length = 100
  | ^^^^^^^^^^^
  = help: rename it to `line-length`, or remove it""",
    ),
    "unknown_target": (
        'catalog = "schema"\n\n[pyhton]\ndirectory = "x"\n',
        """\
typedprom.toml:3:1: error[TP602]: `pyhton` is not a setting or an output target; \
did you mean `python`?
  |
3 | [pyhton]
  | ^^^^^^^^
  = help: rename it to `python`, or remove it""",
    ),
    "target_that_is_no_table": (
        'catalog = "schema"\ndocs = "generated"\n',
        """\
typedprom.toml:2:8: error[TP603]: `docs` must be a table, not a string
  |
2 | docs = "generated"
  |        ^^^^^^^^^^^
  = help: write a table""",
    ),
    "missing_settings": (
        "[python]\nstrict = true\n",
        """\
typedprom.toml:1:1: error[TP604]: `typedprom.toml` has no `catalog`
  |
1 | [python]
  | ^
  = help: add `catalog = "schema"`

typedprom.toml:1:1: error[TP604]: `[python]` has no `directory`
  |
1 | [python]
  | ^^^^^^^^
  = help: add `directory = "generated/python"`

typedprom.toml:1:1: error[TP604]: `[python]` has no `package`
  |
1 | [python]
  | ^^^^^^^^
  = help: add `package = "…"`""",
    ),
    "value_that_the_target_refuses": (
        'catalog = "schema"\n[python]\ndirectory = "x"\npackage = "shop-metrics"\n',
        """\
typedprom.toml:4:11: error[TP605]: `package` is not a name in Python: `shop-metrics`
  |
4 | package = "shop-metrics"
  |           ^^^^^^^^^^^^^^
  = help: see `typedprom explain TP605`""",
    ),
    "shared_folder": (
        'catalog = "schema"\n[docs]\ndirectory = "out"\n'
        '[python]\ndirectory = "./other/../out"\npackage = "x"\n',
        """\
typedprom.toml:5:13: error[TP607]: `python` has the same folder `out` as `docs`
  |
5 | directory = "./other/../out"
  |             ^^^^^^^^^^^^^^^^
  = help: use a separate folder for each
typedprom.toml:3:13: note: the folder of `docs`
  |
3 | directory = "out"
  |             ^^^^^""",
    ),
    "nested_folders": (
        'catalog = "out/schema"\n[docs]\ndirectory = "out"\n',
        """\
typedprom.toml:3:13: error[TP607]: `docs` has its folder `out` around that of `catalog`
  |
3 | directory = "out"
  |             ^^^^^
  = help: use a separate folder for each
typedprom.toml:1:11: note: the folder of `catalog`
  |
1 | catalog = "out/schema"
  |           ^^^^^^^^^^^^""",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_configuration_as_it_is_printed(tmp_path: Path, case: str) -> None:
    content, expected = WRONG[case]
    (tmp_path / "typedprom.toml").write_text(content)
    assert printed_errors(tmp_path) == expected


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("package = 3", "`package` must be a string, not an integer"),
        ("line-length = true", "`line-length` must be an integer, not a boolean"),
        ("line-length = 1.5", "`line-length` must be an integer, not a number"),
        ("line-length = 2027-06-30", "`line-length` must be an integer, not a date or a time"),
        ("strict = 1", "`strict` must be true or false, not an integer"),
        ('extra-folders = "a"', "`extra-folders` must be a list of strings, not a string"),
        ('extra-folders = ["a", 1]', "`extra-folders` must be a list of strings, not a list"),
        ("extra-folders = {a = 1}", "`extra-folders` must be a list of strings, not a table"),
    ],
)
def test_option_of_the_wrong_type(tmp_path: Path, setting: str, message: str) -> None:
    (tmp_path / "typedprom.toml").write_text(
        f'catalog = "schema"\n[python]\ndirectory = "x"\n{setting}\n'
    )
    assert message in printed_errors(tmp_path)


@pytest.mark.parametrize(
    "path", ["..", "../x", "a/../../x", "/x", "C:/x", "//host/x", "link", "link/x", "circle/x"]
)
@pytest.mark.parametrize("setting", ["catalog", "directory"])
def test_folder_outside_the_project(tmp_path: Path, setting: str, path: str) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "outside").mkdir()
    (project / "link").symlink_to("../outside")
    (project / "circle").symlink_to("circle")
    folders = {"catalog": "schema", "directory": "made", setting: path}
    (project / "typedprom.toml").write_text(
        f'catalog = "{folders["catalog"]}"\n[docs]\ndirectory = "{folders["directory"]}"\n'
    )
    message = f"error[TP606]: `{setting}` is outside the project: `{path}`"
    assert message in printed_errors(project)


def test_folder_behind_a_link_that_stays_inside(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "typedprom.toml").write_text('catalog = "link/schema"\n')
    assert read(tmp_path).catalog.shown == "real/schema"


@pytest.mark.parametrize("path", ["", "a\\u0000b", "a\\nb", "\\u001b[2J"])
def test_invalid_path(tmp_path: Path, path: str) -> None:
    (tmp_path / "typedprom.toml").write_text(f'catalog = "{path}"\n')
    assert "error[TP605]: `catalog`" in printed_errors(tmp_path)


@pytest.mark.parametrize("setting", ["catalog", "directory"])
def test_path_too_long_for_the_system(tmp_path: Path, setting: str) -> None:
    folders = {"catalog": "schema", "directory": "out"} | {setting: "x" * 5000}
    (tmp_path / "typedprom.toml").write_text(
        f'catalog = "{folders["catalog"]}"\n[docs]\ndirectory = "{folders["directory"]}"\n'
    )
    message = f"error[TP605]: `{setting}` is not a path: file name too long"
    assert message in printed_errors(tmp_path)


def test_configuration_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "typedprom.toml").write_bytes("# \n# é".encode("latin-1"))
    assert printed_errors(tmp_path).startswith(
        "typedprom.toml:2:3: error[TP601]: `typedprom.toml` is not UTF-8"
    )


def test_configuration_nested_too_deep(tmp_path: Path) -> None:
    (tmp_path / "typedprom.toml").write_text(f"catalog = {'[' * 100_000}")
    assert "error[TP601]" in printed_errors(tmp_path)


def test_what_the_project_states_about_its_prometheus(tmp_path: Path) -> None:
    (tmp_path / "typedprom.toml").write_text(
        'catalog = "schema"\nprometheus-version = "2.42"\n'
        'features = ["promql-experimental-functions"]\n'
        'scrape-interval = "1m30s"\nevaluation-interval = "30s"\n'
        'target-labels = ["cluster"]\npacks = ["node-exporter"]\n'
    )
    found = read(tmp_path)
    assert found.queries.options.version == (2, 42)
    assert found.queries.options.features == {"promql-experimental-functions"}
    assert found.queries.options.scrape_interval == 90
    assert found.queries.options.evaluation_interval == 30
    assert found.queries.target_labels == ("cluster",)
    assert {"node-exporter", "prometheus-server"} <= {pack.name for pack in found.queries.packs()}
    assert not found.names_output


def test_nothing_is_stated_about_prometheus(tmp_path: Path) -> None:
    (tmp_path / "typedprom.toml").write_text('catalog = "schema"\n')
    found = read(tmp_path).queries
    assert (found.options.version, found.options.scrape_interval) == (None, 15)
    assert found.options.evaluation_interval == 60
    assert found.target_labels == ()
    assert "node-exporter" not in {pack.name for pack in found.packs()}


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        (
            'prometheus-version = "latest"',
            "`prometheus-version`: `latest` is not a version of Prometheus",
        ),
        ("prometheus-version = 2.42", "`prometheus-version` must be a string, not a number"),
        ('scrape-interval = "15"', "`scrape-interval`: `15` is not a duration"),
        ('scrape-interval = "0s"', "`scrape-interval`: `0s` is not longer than 0"),
        (
            'evaluation-interval = "1500ms"',
            "`evaluation-interval`: 1.5s is not a whole number of seconds",
        ),
        ('target-labels = ["a-b"]', "`target-labels`: `a-b` is not a name of a label"),
        ('target-labels = "a"', "`target-labels` must be a list of strings, not a string"),
        (
            'packs = ["node-exporte"]',
            "`node-exporte` in `packs` is not a pack; did you mean `node-exporter`?",
        ),
        (
            'features = ["native-histogram"]',
            "`native-histogram` in `features` is not a feature of Prometheus; "
            "did you mean `native-histograms`?",
        ),
    ],
)
def test_wrong_statements_about_prometheus(tmp_path: Path, setting: str, problem: str) -> None:
    (tmp_path / "typedprom.toml").write_text(f'catalog = "schema"\n{setting}\n')
    (line, *_) = printed_errors(tmp_path).splitlines()
    assert line.partition("]: ")[2] == problem
    assert line.startswith(f"typedprom.toml:2:{setting.index('=') + 3}: error[TP60")

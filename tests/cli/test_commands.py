"""The command line: output and exit code of each command."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from tests.cli.conftest import CONFIGURATION, STOCK, Done, Project
from typedprom_codegen.emit import python, target_of
from typedprom_codegen.lint.code_index import all_codes
from typedprom_codegen.lint.rule import all_rules
from typedprom_codegen.lint.rules import unused_label

ROOT = Path(__file__).parents[2]
WARNING = """\
component: {name: stock, title: Stock, description: The shelves.}
labels:
  shelf: {help: Which shelf., domain: {kind: open, budget: 50}}
metrics:
  level: {type: gauge, help: Parcels on the shelves., labels: [country]}
"""


def test_check_passes_after_generate(project: Project) -> None:
    first = project.run("generate")
    assert (first.exit, first.stderr) == (0, "")
    assert first.stdout == "python: 7 files, 7 written\n"
    assert (project.folder / "src/shop_metrics/orders.py").exists()

    again = project.run("generate")
    assert (again.exit, again.stdout) == (0, "python: 7 files, up to date\n")
    for mode, stdout in (("--check", again.stdout), ("--diff", "")):
        unchanged = project.run("generate", mode)
        assert (unchanged.exit, unchanged.stdout, unchanged.stderr) == (0, stdout, "")


def test_drift_is_listed_and_shown_and_nothing_written(project: Project) -> None:
    project.run("generate")
    (project.folder / "catalog/stock.yaml").unlink()
    before = project.tree()

    check = project.run("generate", "--check")
    assert (check.exit, check.stderr) == (1, "")
    assert check.stdout == (
        "src/shop_metrics/__init__.py: out of date\n"
        "src/shop_metrics/_signatures.py: out of date\n"
        "src/shop_metrics/stock.py: left over\n"
        "these 3 files are not up to date: run `typedprom generate`\n"
    )
    diff = project.run("generate", "--diff")
    assert (diff.exit, diff.stderr) == (1, "")
    assert "\n--- a/src/shop_metrics/stock.py\n+++ /dev/null\n@@ -1," in diff.stdout
    assert project.tree() == before

    assert project.run("generate").stdout == "python: 6 files, 2 written, 1 removed\n"
    assert not (project.folder / "src/shop_metrics/stock.py").exists()


def test_command_that_updates_the_files_names_the_project(project: Project) -> None:
    done = project.run("--project", str(project.folder), "generate", "--check")
    assert done.stdout.endswith(f"run `typedprom generate --project {project.folder}`\n")


def test_hand_edit_is_reported(project: Project) -> None:
    project.run("generate")
    (project.folder / "src/shop_metrics/stock.py").write_text("edited")
    done = project.run("generate")
    assert (done.exit, done.stdout) == (0, "python: 7 files, 1 written\n")
    assert done.stderr == "note: src/shop_metrics/stock.py was edited by hand; replaced\n"


def test_foreign_file_stops_everything(project: Project) -> None:
    project.write({"src/shop_metrics/stock.py": "by hand\n"})
    before = project.tree()
    done = project.run("generate")
    assert (done.exit, done.stdout) == (1, "")
    assert (
        done.stderr
        == """\
typedprom.toml:4:13: error[TP701]: `src/shop_metrics/stock.py` is in the way: \
typedprom did not write it
  |
4 | directory = "src/shop_metrics"
  |             ^^^^^^^^^^^^^^^^^^
  = help: move or delete it; typedprom never overwrites what it did not write

1 error
"""
    )
    assert project.tree() == before


def test_errors_stop_generate(project: Project) -> None:
    project.write({"catalog/stock.yaml": STOCK.replace("country", "contry")})
    before = project.tree()
    for arguments in (["generate"], ["generate", "--check"], ["generate", "--diff"], ["check"]):
        done = project.run(*arguments)
        assert (done.exit, done.stdout) == (1, "")
        assert done.stderr.startswith("catalog/stock.yaml:3:64: error[TP203]: label `contry`")
        assert done.stderr.endswith("\n\n1 error\n")
    assert project.tree() == before


def test_check_counts_what_it_checked(project: Project) -> None:
    done = project.run("check")
    assert (done.exit, done.stdout, done.stderr) == (0, "3 metrics in 2 components\n", "")


@pytest.mark.parametrize(("strict", "exit"), [([], 0), (["--strict"], 1)])
def test_strict_fails_on_warnings(project: Project, strict: list[str], exit: int) -> None:
    project.write({"catalog/stock.yaml": WARNING})
    done = project.run("check", *strict)
    assert done.exit == exit
    assert ": warning[TP4" in done.stderr
    assert done.stderr.endswith("\n\n1 warning\n")


def test_warnings_do_not_stop_generate(project: Project) -> None:
    project.write({"catalog/stock.yaml": WARNING})
    done = project.run("generate")
    assert done.exit == 0
    assert done.stderr.endswith("\n\n1 warning\n")
    assert (project.folder / "src/shop_metrics/stock.py").exists()


def test_json_is_always_an_array(project: Project) -> None:
    fine = project.run("check", "--format", "json")
    assert (fine.exit, json.loads(fine.stdout), fine.stderr) == (0, [], "")

    project.write({"catalog/stock.yaml": STOCK.replace("country", "contry")})
    wrong = project.run("check", "--format", "json")
    (found,) = json.loads(wrong.stdout)
    assert (wrong.exit, wrong.stderr) == (1, "")
    assert (found["code"], found["path"], found["line"]) == ("TP203", "catalog/stock.yaml", 3)

    project.write({"typedprom.toml": "catalog ="})
    (found,) = json.loads(project.run("check", "--format", "json").stdout)
    assert (found["code"], found["path"]) == ("TP601", "typedprom.toml")


def test_errors_of_configuration_and_catalog_in_one_run(project: Project) -> None:
    configuration = (project.folder / "typedprom.toml").read_text()
    project.write(
        {
            "typedprom.toml": configuration + "line_length = 3\n",
            "catalog/stock.yaml": STOCK.replace("country", "contry"),
        }
    )
    found = json.loads(project.run("check", "--format", "json").stdout)
    assert [each["code"] for each in found] == ["TP203", "TP602"]


def test_no_target_is_configured(project: Project) -> None:
    project.write({"typedprom.toml": 'catalog = "catalog"\n'})
    assert project.run("check").exit == 0
    done = project.run("generate")
    assert done.exit == 1
    assert "error[TP604]: no output target is configured" in done.stderr


@pytest.mark.parametrize(
    "table", ['[python]\ndirectory = "../out"\npackage = "x"\n', '[pyhton]\ndirectory = "out"\n']
)
def test_a_target_with_errors_counts_as_configured(project: Project, table: str) -> None:
    project.write({"typedprom.toml": f'catalog = "catalog"\n{table}'})
    done = project.run("generate")
    assert done.exit == 1
    assert done.stderr.endswith("\n\n1 error\n")
    assert "no output target" not in done.stderr


@pytest.mark.parametrize(
    "package", ["shop-metrics", "class", "shop.in", "other.pkg name!", "a..b", ""]
)
def test_package_that_python_cannot_import(project: Project, package: str) -> None:
    project.write({"typedprom.toml": CONFIGURATION.replace('"shop_metrics"', f'"{package}"')})
    done = project.run("generate")
    message = f"error[TP605]: `package` is not a valid Python package name: `{package}`"
    assert done.exit == 1
    assert done.stderr.startswith(f"typedprom.toml:5:11: {message}\n")
    assert f"^{'^' * len(package)}^\n" in done.stderr


@pytest.mark.parametrize(("length", "exit"), [(5, 1), (59, 1), (60, 0), (320, 0), (321, 1)])
def test_line_length_that_is_too_small(project: Project, length: int, exit: int) -> None:
    project.write({"typedprom.toml": f"{CONFIGURATION}line-length = {length}\n"})
    done = project.run("generate")
    assert done.exit == exit
    message = f"error[TP605]: `line-length` must be from 60 to 320, not {length}"
    assert done.stderr.startswith(f"typedprom.toml:6:15: {message}\n" if exit else "")


@pytest.mark.parametrize(
    ("module", "problem"),
    [
        (python, "does not define TARGET, as an output target must"),
        (unused_label, "does not define RULE, as a lint rule must"),
    ],
)
def test_target_module_without_a_target(
    project: Project, module: ModuleType, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = module.__name__
    monkeypatch.setitem(sys.modules, name, ModuleType(name))
    target_of.cache_clear()
    all_rules.cache_clear()
    done = project.run("check")
    assert done == Done(3, "", f"typedprom: internal error: module {name} {problem}\n")


@pytest.mark.parametrize("word", ["TP203", "tp203", "unknown-label", "Unknown-Label"])
def test_explain_takes_codes_and_names(project: Project, word: str) -> None:
    done = project.run("explain", word)
    assert (done.exit, done.stderr) == (0, "")
    assert done.stdout.startswith("TP203 unknown-label (error)\n\n")
    assert len(done.stdout.splitlines()) > 5


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("TP2003", "; did you mean `TP203`?"),
        ("unknown-lable", "; did you mean `unknown-label`?"),
        ("", ""),
        ("\x1b[2J", ""),
    ],
)
def test_explain_of_an_unknown_code(project: Project, word: str, near: str) -> None:
    done = project.run("explain", word)
    assert (done.exit, done.stdout) == (2, "")
    shown = word.replace("\x1b", "\\x1b")
    lists = "`typedprom explain` lists all of them"
    assert done.stderr == f"typedprom: error: unknown diagnostic `{shown}`{near}; {lists}\n"


def test_explain_without_a_code_lists_them_all(project: Project) -> None:
    done = project.run("explain")
    assert (done.exit, done.stderr) == (0, "")
    listed = done.stdout.splitlines()
    assert len(listed) == len(all_codes())
    assert "TP203 unknown-label (error)" in listed


def test_schema_is_that_of_this_version(tmp_path: Path) -> None:
    done = Project(tmp_path).run("schema")
    assert (done.exit, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "schema/catalog.schema.json").read_text(encoding="utf-8")


def test_explain_needs_no_configuration(tmp_path: Path) -> None:
    assert Project(tmp_path).run("explain", "TP203").exit == 0


@pytest.mark.parametrize("command", [["generate"], ["generate", "--check"], ["check"]])
def test_folder_without_configuration(tmp_path: Path, command: list[str]) -> None:
    done = Project(tmp_path).run(*command)
    assert (done.exit, done.stdout) == (2, "")
    assert done.stderr == (
        "typedprom: error: . has neither typedprom.toml nor [tool.typedprom] in pyproject.toml; "
        "run typedprom in the project's folder, or pass it as --project\n"
    )


@pytest.mark.parametrize("command", [["generate"], ["check"], ["explain"], ["schema"]])
@pytest.mark.parametrize("folder", ["missing", "typedprom.toml"])
def test_project_that_is_not_a_folder(project: Project, command: list[str], folder: str) -> None:
    done = project.run(*command, "--project", folder)
    assert (done.exit, done.stdout) == (2, "")
    assert done.stderr.startswith("typedprom: error: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["compile"],
        ["init"],
        ["generate", "--check", "--diff"],
        ["generate", "--chec"],
        ["generate", "extra"],
        ["check", "--format", "yaml"],
        ["check", "--project"],
        ["schema", "extra"],
        ["--unknown"],
    ],
    ids=" ".join,
)
def test_usage_error(project: Project, arguments: list[str]) -> None:
    before = project.tree()
    done = project.run(*arguments)
    assert (done.exit, done.stdout) == (2, "")
    assert "typedprom" in done.stderr.splitlines()[-1]
    assert project.tree() == before


def test_project_before_and_after_the_command(project: Project) -> None:
    elsewhere = Project(project.folder.parent)
    for arguments in (["--project", "project", "check"], ["check", "--project", "project"]):
        assert elsewhere.run(*arguments).exit == 0
    assert elsewhere.run("--project", "missing", "check", "--project", "project").exit == 0


def test_version_is_that_of_the_distribution(project: Project) -> None:
    stated = tomllib.loads((ROOT / "codegen/pyproject.toml").read_text())["project"]["version"]
    assert project.run("--version").stdout == f"typedprom {stated}\n"


def test_help_lists_exactly_the_commands(project: Project) -> None:
    listed = [line.split()[0] for line in project.run("--help").stdout.splitlines() if line]
    assert [word for word in listed if word in VERBS_OF_ALL_ISSUES] == [
        "generate",
        "check",
        "explain",
        "schema",
    ]


VERBS_OF_ALL_ISSUES = {
    *("init", "generate", "check", "diff", "verify", "adopt", "migrate", "rename"),
    *("usage", "schema", "explain"),
}

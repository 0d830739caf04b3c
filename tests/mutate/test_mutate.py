"""`typedprom mutate` as a user runs it: its example, with both promtools, and wrong input."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Done, Project
from tests.support.programs import ROOT
from tests.support.promtool_values import promtool
from tools.servers import Build
from typedprom_codegen.mutate.mutation_run import MutationRun
from typedprom_codegen.mutate.reduced_groups import ReducedGroup

PAGE = (ROOT / "docs" / "mutating-rules.md").read_text(encoding="utf-8")
RULES, TESTS = re.findall(r"```yaml\n((?:groups|rule_files):.*?)```", PAGE, re.DOTALL)
ACCEPTED = re.findall(r"```yaml\n(- rule: .*?)```", PAGE, re.DOTALL)[0]
REPORT = re.findall(r"```\n(rules/orders.*?)```", PAGE, re.DOTALL)[0]
SURVIVORS = [
    "aggregation `sum` to `max`",
    "operator `>` to `>=`",
    "number `100` to `90`",
]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return the project of the example in the documentation."""
    project = Project(tmp_path)
    project.write({"rules/orders.yml": RULES, "tests/orders.test.yml": TESTS})
    return project


def mutate(project: Project, *arguments: str, build: Build = Build.STABLE) -> Done:
    files = ("--rules", "rules", "--tests", "tests", "--promtool", str(promtool(build)))
    return project.run("mutate", *files, *arguments)


def with_rules(project: Project, rules: str) -> Done:
    """Return the report of other rules with the tests of the example."""
    project.write({"rules/orders.yml": rules})
    return mutate(project)


@pytest.mark.parametrize("build", Build)
def test_the_example_of_the_page_is_what_it_prints(project: Project, build: Build) -> None:
    assert mutate(project, build=build) == Done(1, REPORT, "")


def survivors(done: Done) -> list[str]:
    return re.findall(r"survived: (.+)", done.stdout)


def test_it_prints_the_same_as_json(project: Project) -> None:
    done = mutate(project, "--format", "json")
    report = json.loads(done.stdout)
    assert [mutant["change"] for mutant in report["mutants"]] == SURVIVORS
    assert [(m["line"], m["column"], m["end_column"]) for m in report["mutants"]] == [
        (5, 15, 18),
        (5, 60, 61),
        (5, 62, 65),
    ]
    assert report["mutants"][1]["text"].endswith(">= 100")
    assert report["rules"][0]["killed"] == 10


def test_nothing_is_left_in_the_project_and_nothing_changed(project: Project) -> None:
    before = contents(project.folder)
    mutate(project)
    assert contents(project.folder) == before


def contents(folder: Path) -> Mapping[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


WAITING = """\
#!/bin/sh
echo "$$ $PWD" >"$STARTED.part" && mv "$STARTED.part" "$STARTED"
exec sleep 60
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_ended_leaves_no_process_and_no_folder(project: Project, number: int) -> None:
    started = project.folder / "started"
    project.write({"promtool": WAITING.replace("$STARTED", str(started))})
    (project.folder / "promtool").chmod(0o755)
    running = project.start(
        "mutate", "--rules", "rules", "--tests", "tests", "--promtool", "./promtool"
    )
    while not started.exists():
        assert running.poll() is None
        time.sleep(0.01)
    running.send_signal(number)
    assert running.communicate(timeout=60) == ("", "typedprom: interrupted\n")
    process, folder = started.read_text(encoding="utf-8").split()
    assert not Path(folder).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(process), 0)


# Accepted survivors


def test_a_survivor_that_is_accepted_is_counted_apart(project: Project) -> None:
    project.write({"accepted.yml": ACCEPTED})
    done = mutate(project, "--accept", "accepted.yml")
    assert done.exit == 1
    assert survivors(done) == [SURVIVORS[0], SURVIVORS[2]]
    assert done.stdout.endswith("10 killed (76.9 %), 2 survived, 1 accepted\n")


def test_all_survivors_accepted_is_success(project: Project) -> None:
    entries = [
        "{rule: '*', change: 'aggregation *', reason: a}",
        "{rule: Orders*, change: operator `>` to `>=`, within: '> 100', reason: b}",
        "{rule: OrdersStuck, change: number `100` to `90`, file: rules/orders.yml, reason: c}",
    ]
    project.write({"accepted.yml": "".join(f"- {entry}\n" for entry in entries)})
    done = mutate(project, "--accept", "accepted.yml")
    assert (done.exit, done.stderr, survivors(done)) == (0, "", [])


@pytest.mark.parametrize(
    "entry",
    [
        "{rule: OrdersStuck, change: operator `>` to `<`, reason: it is killed}",
        "{rule: OrdersLost, change: operator `>` to `>=`, reason: no such rule}",
        "{rule: OrdersStuck, change: operator `>` to `>=`, within: closed, reason: elsewhere}",
        "{rule: OrdersStuck, change: '*', file: rules/other.yml, reason: another file}",
    ],
)
def test_an_entry_without_a_survivor_is_reported(project: Project, entry: str) -> None:
    project.write({"accepted.yml": f"- {entry}\n"})
    done = mutate(project, "--accept", "accepted.yml")
    assert "warning[TP554]: an accepted survivor is none any more" in done.stderr
    assert survivors(done) == SURVIVORS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {rule: A, change: b}", "an accepted survivor has no `reason`"),
        ("- {rule: A, chnge: b, reason: c}", "did you mean `change`?"),
        ("- 3", "an accepted survivor has no `rule`"),
        ("a: b", "`accepted.yml` is not a list"),
    ],
)
def test_a_wrong_list_is_reported(project: Project, text: str, message: str) -> None:
    project.write({"accepted.yml": text})
    done = mutate(project, "--accept", "accepted.yml")
    assert (done.exit, done.stdout) == (1, "")
    assert "error[TP555]" in done.stderr
    assert message in done.stderr


def test_a_list_that_does_not_exist_is_reported(project: Project) -> None:
    done = mutate(project, "--accept", "none.yml")
    assert done.exit == 1
    assert "error[TP540]: `none.yml` cannot be read" in done.stderr


# Wrong input


def test_tests_that_fail_are_shown_in_the_words_of_promtool(project: Project) -> None:
    done = with_rules(project, RULES.replace("15m", "20m"))
    assert (done.exit, done.stdout) == (1, "")
    assert "orders.test.yml:1:1: error[TP553]" in done.stderr
    assert "alertname: OrdersStuck, time: 26m" in done.stderr
    assert "got:[]" in done.stderr


def test_rules_that_promtool_refuses_are_shown_even_if_no_test_sees_them(project: Project) -> None:
    broken = RULES + "  - {name: other, rules: [{record: a, expr: 'sum('}]}\n"
    done = with_rules(project, broken)
    assert done.exit == 1
    assert "error[TP553]" in done.stderr
    assert "parse error" in done.stderr


@pytest.mark.parametrize(
    ("files", "code", "message"),
    [
        ({"rules/a.yml": "a: ["}, "TP542", "not YAML"),
        ({"rules/a.yml": b"\xff"}, "TP540", "is not UTF-8"),
        ({"tests/a.yml": "groups: []"}, "TP550", "`tests/a.yml` has no tests"),
        ({"tests/a.yml": "tests: []"}, "TP551", "`tests/a.yml` names no rule files"),
        ({"tests/a.yml": "{rule_files: [no.yml], tests: []}"}, "TP551", "no file matches"),
        ({"tests/a.yml": "- 1"}, "TP550", "`tests/a.yml` has no tests"),
    ],
)
def test_files_that_cannot_be_used_are_errors(
    project: Project, files: Mapping[str, str | bytes], code: str, message: str
) -> None:
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (project.folder / name).write_bytes(data)
    done = mutate(project)
    assert (done.exit, done.stdout) == (1, "")
    assert f"error[{code}]" in done.stderr
    assert message in done.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b", "`rules/a.yml` has no rules"),
        ("{kind: PrometheusRule, spec: {groups: []}}", "is an object of Kubernetes"),
    ],
)
def test_files_without_rules_are_warnings(project: Project, text: str, message: str) -> None:
    project.write({"rules/a.yml": text})
    done = mutate(project)
    assert "warning[TP531]" in done.stderr
    assert message in done.stderr
    assert survivors(done) == SURVIVORS


def test_rules_without_tests_are_reported_and_fail(project: Project) -> None:
    project.write({"rules/a.yml": "groups: [{name: a, rules: [{record: a:b, expr: x + 1}]}]"})
    done = mutate(project)
    assert done.exit == 1
    assert "rules/a.yml:1:1: warning[TP552]: no test file names `rules/a.yml`" in done.stderr
    assert re.search(r'record "a:b" +3 +0 +0 +0 +3\n', done.stdout)
    assert done.stdout.endswith("3 survived, 3 not tested\n")


def test_what_is_accepted_without_a_test_is_no_survivor_less(project: Project) -> None:
    project.write({"rules/a.yml": "groups: [{name: a, rules: [{record: a:b, expr: x + 1}]}]"})
    project.write({"accepted.yml": "- {rule: a:b, change: '*', reason: nobody asks}\n"})
    done = mutate(project, "--accept", "accepted.yml")
    assert done.stdout.endswith("3 survived, 3 accepted\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rules", "no*.yml"], "no file matches `--rules no*.yml`"),
        (["--tests", "no*.yml"], "no file matches `--tests no*.yml`"),
        (["--promtool", "no/promtool"], "`--promtool no/promtool` is not a program"),
        (["--timeout", "0"], "`--timeout` must be"),
        (["--timeout", "nan"], "`--timeout` must be"),
    ],
)
def test_wrong_arguments_are_usage_errors(
    project: Project, arguments: list[str], message: str
) -> None:
    done = mutate(project, *arguments)
    assert (done.exit, done.stdout) == (2, "")
    assert message in done.stderr


def test_promtool_that_is_missing_is_a_usage_error(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(project.folder))
    done = project.run("mutate", "--rules", "rules", "--tests", "tests")
    assert done.exit == 2
    assert "promtool is not on the PATH" in done.stderr


def test_reduced_groups_that_fail_are_reported_and_left_out(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_are_broken(_run: MutationRun, groups: Sequence[ReducedGroup]) -> Sequence[ReducedGroup]:
        return groups

    monkeypatch.setattr(MutationRun, "broken_groups", all_are_broken)
    done = mutate(project)
    assert done.exit == 1
    assert "tests/orders.test.yml:1:1: warning[TP556]" in done.stderr
    assert "though `tests/orders.test.yml` passes: left out" in done.stderr
    assert "0 killed" in done.stdout


CRASHING = """#!/bin/sh
# A promtool that crashes on a change.
for file; do
    grep -qs '>= 100' "$(dirname "$file")"/rules*.yml && kill -9 $$
done
exec REAL "$@"
"""


def test_a_mutant_that_crashes_promtool_does_not_take_others_with_it(project: Project) -> None:
    program = project.folder / "promtool"
    program.write_text(CRASHING.replace("REAL", str(promtool(Build.STABLE))))
    program.chmod(0o755)
    files = ("--rules", "rules", "--tests", "tests", "--promtool", "./promtool")
    done = project.run("mutate", *files)
    assert survivors(done) == [SURVIVORS[0], SURVIVORS[2]]
    assert "11 killed" in done.stdout

"""Reduced groups of tests, alone or together, notice what the tests notice in whole files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.needs import require_newer_prometheus
from tools.servers import FOLDER, Build
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.mutate.flow_style import to_flow
from typedprom_codegen.mutate.mutant import Mutant
from typedprom_codegen.mutate.mutation import MutationRequest, mutation_report
from typedprom_codegen.mutate.mutation_run import Verdict
from typedprom_codegen.mutate.promtool import Promtool
from typedprom_codegen.sources.file_patterns import found_files

NOT_TESTED = Verdict.NOT_TESTED

RULES = """\
# Comments, anchors, blocks, two rules of a name.
groups:
  - name: counts
    interval: 1m
    rules:
      - record: job:errors:increase10m
        expr: |
          # a comment > 3
          sum by (job) (increase(errors_total{kind!="retry", code=~"4..|5.."}[10m]))
      - record: 'job:all:increase10m'
        expr: "sum by (job) (increase(all_total{x=\\"\\u00e4\\"}[10m]))"
      - record: nobody:asks
        expr: max(unseen) * 2
  - name: alerts
    limit: 10
    rules:
      - &failing
        alert: Failing
        expr: >-
          job:errors:increase10m
            / job:all:increase10m > 0.2
        for: 2m
        labels: &labels
          severity: page
          level: 1
        annotations:
          summary: '{{ $labels.job }}: {{ with query "max(limit)" }}{{ . | first | value }}{{end}}'
      - <<: *failing
        expr: job:errors:increase10m > 1000
        labels: {<<: *labels, severity: "null"}
      - alert: Many
        expr: count(ALERTS{alertstate="firing", alertname!="Many"}) > 1
      - alert: NobodyNames
        expr: up == 0
"""

TESTS = """\
rule_files: [../rules/*.yml]
evaluation_interval: 1m
group_eval_order: [counts, alerts]
tests:
  - interval: 1m
    name: ä "quoted"
    input_series:
      - {series: 'errors_total{job="a", kind="bad", code="500"}', values: 0+100x30}
      - {series: 'errors_total{job="b", kind="retry", code="500"}', values: 0+100x30}
      - {series: 'all_total{job="a", x="ä"}', values: 0+110x30}
      - {series: 'all_total{job="b", x="ä"}', values: 0+110x30}
      - {series: limit, values: 7x30}
    alert_rule_test:
      - {alertname: Failing, eval_time: 0m}
      - alertname: Failing
        eval_time: 20m
        exp_alerts:
          - {exp_labels: {job: a, severity: page, level: 1}, exp_annotations: {summary: 'a: 7'}}
      - {alertname: Many, eval_time: 20m}
    promql_expr_test:
      - expr: job:errors:increase10m{job="a"}
        eval_time: 20m
        exp_samples: [{labels: 'job:errors:increase10m{job="a"}', value: 1E3}]
"""


@pytest.fixture(params=[Build.STABLE, Build.NEWER], ids=lambda build: build.value)
def promtool(request: pytest.FixtureRequest) -> str:
    """Return the path of a promtool."""
    require_newer_prometheus()
    build: Build = request.param
    return str(FOLDER / build.value / "usr" / "bin" / "promtool")


WITHOUT_MANY = re.sub(r"      - alert: Many\n.*\n", "", RULES), re.sub(r".*Many.*\n", "", TESTS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rules", "tests"),
    [
        (RULES, TESTS),
        (RULES.replace("\n", "\r\n"), TESTS.replace("\n", "\r\n")),
        WITHOUT_MANY,
    ],
    ids=["alone", "alone, CRLF", "together"],
)
def test_each_verdict_is_that_of_the_whole_files(
    promtool: str, tmp_path: Path, rules: str, tests: str
) -> None:
    """A query that reads all alerts would see all mutants at once, so these are run alone."""
    project = tmp_path / "project"
    for name, text in (("rules", rules), ("tests", tests)):
        (project / name).mkdir(parents=True)
        (project / name / "a.yml").write_bytes(text.encode())
    verdicts = all_verdicts(project, promtool)
    untested = {mutant.rule.name for mutant, said in verdicts.items() if said is NOT_TESTED}
    assert untested <= {"nobody:asks", "NobodyNames"}
    assert Counter(verdicts.values())[Verdict.KILLED] > 15
    assert Counter(verdicts.values())[Verdict.SURVIVED] > 5
    noticed = noticed_in_whole_files([*verdicts], promtool, tmp_path, tests)
    differing = [
        (mutant.rule.name, mutant.words, said)
        for mutant, said in verdicts.items()
        if (mutant in noticed) != (said is Verdict.KILLED)
    ]
    assert differing == []


def all_verdicts(project: Path, promtool: str) -> dict[Mutant, Verdict]:
    """Return what became of each mutant."""
    found = Diagnostics()
    request = MutationRequest(
        project=project,
        rules=found_files(project, ["rules/*.yml"], "--rules", (".yml",)),
        tests=found_files(project, ["tests/*.yml"], "--tests", (".yml",)),
        accept=None,
        promtool=promtool,
        timeout=60,
    )
    report = mutation_report(request, found)
    assert [each.message for each in found] == []
    assert report is not None
    return dict(report.verdicts)


def noticed_in_whole_files(
    mutants: Sequence[Mutant], promtool: str, folder: Path, tests: str
) -> set[Mutant]:
    """Return the mutants with which the tests fail, each in the whole rule file."""
    files: dict[str, Mutant] = {}
    for number, mutant in enumerate(mutants):
        (folder / f"{number}").mkdir()
        (folder / f"{number}/rules.yml").write_text(whole_file(mutant))
        changed = tests.replace("../rules/*.yml", "rules.yml")
        (folder / f"{number}/tests.yml").write_bytes(changed.encode())
        files[f"{number}/tests.yml"] = mutant
    passing = Promtool(promtool, folder, 60).results([*files]).passing
    return {mutant for file, mutant in files.items() if file not in passing}


def whole_file(mutant: Mutant) -> str:
    """Return the rule file with the mutant in it."""
    file = mutant.rule.file
    groups = [
        {
            **(group.data if isinstance(group.data, dict) else {}),
            "rules": [
                mutant.data() if rule is mutant.rule else rule.value.data
                for rule in file.rules
                if rule.group == number
            ],
        }
        for number, group in enumerate(file.groups)
    ]
    return to_flow({"groups": groups})

"""Copies of tests notice what the tests themselves notice, on the whole mutated rule file."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.support.needs import require_newer_prometheus
from tools.servers import FOLDER, Build
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.mutate.copies import to_flow
from typedprom_codegen.mutate.mutant import Mutant
from typedprom_codegen.mutate.mutation import MutationRequest, mutation_report
from typedprom_codegen.mutate.mutation_run import Fate
from typedprom_codegen.sources.file_patterns import found_files

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


@pytest.mark.slow
@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_each_fate_is_that_of_the_whole_files(
    promtool: str, tmp_path: Path, line_break: str
) -> None:
    rules, tests = tmp_path / "rules" / "a.yml", tmp_path / "tests" / "a.yml"
    for file, text in ((rules, RULES), (tests, TESTS)):
        file.parent.mkdir()
        file.write_bytes(text.replace("\n", line_break).encode())
    fates = all_fates(tmp_path, promtool)
    untested = {mutant.rule.name for mutant, fate in fates.items() if fate is Fate.NOT_TESTED}
    assert untested == {"nobody:asks"}
    assert Counter(fates.values())[Fate.KILLED] > 20
    assert Counter(fates.values())[Fate.SURVIVED] > 5
    differing = [
        (mutant.rule.name, mutant.words, fate)
        for mutant, fate in fates.items()
        if is_noticed(mutant, promtool, rules, tests) != (fate is Fate.KILLED)
    ]
    assert differing == []


def all_fates(project: Path, promtool: str) -> dict[Mutant, Fate]:
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
    return dict(report.fates)


def is_noticed(mutant: Mutant, promtool: str, rules: Path, tests: Path) -> bool:
    """Whether the tests fail on the whole rule file with the mutant in it."""
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
    rules.write_text(to_flow({"groups": groups}))
    done = subprocess.run(
        [promtool, "test", "rules", tests], capture_output=True, timeout=60, check=False
    )
    return done.returncode != 0

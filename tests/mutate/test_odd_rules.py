"""Rule files that are written in odd ways, and rules that only others make visible."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Project
from tests.mutate.test_mutate import RULES, SURVIVORS, TESTS, mutate, survivors, with_rules

QUERY = 'sum by (shop) (orders_open{state!="closed"}) > 100'
BLOCK = """|-
          # a comment > 5
          sum by (shop) (
            orders_open{state!="closed"}
          ) > 100"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return the project of the example in the documentation."""
    project = Project(tmp_path)
    project.write({"rules/orders.yml": RULES, "tests/orders.test.yml": TESTS})
    return project


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("\n", "\r\n"),
        (QUERY, BLOCK),
        (QUERY, BLOCK.replace("|-", ">")),
        (QUERY, '"' + QUERY.replace('"', '\\"') + '"'),
        (QUERY, f"'{QUERY}' # > 7"),
        (QUERY, "&e !!str " + QUERY.replace(" > ", "\n          > ")),
        ("groups:", "%YAML 1.1\n---\n# x\ngroups:"),
    ],
    ids=["CRLF", "literal", "folded", "quotes", "single quotes", "anchor", "document"],
)
def test_the_style_of_the_yaml_makes_no_difference(
    project: Project, written: str, instead: str
) -> None:
    if ">\n" in instead:  # folded into one line, of which the comment would be all
        instead = re.sub(r" *# a comment.*\n", "", instead)
    data = RULES.replace(written, instead).encode()
    (project.folder / "rules/orders.yml").write_bytes(data)
    done = mutate(project)
    assert done.stderr == ""
    assert survivors(done) == SURVIVORS


def test_rules_of_one_name_are_mutated_each(project: Project) -> None:
    second = RULES[RULES.index("      - alert") :]
    second = second.replace("> 100", "> 1000").replace("page", "other")
    done = with_rules(project, RULES + second)
    assert len(re.findall(r'^alert "OrdersStuck" ', done.stdout, re.MULTILINE)) == 2
    assert "label `severity` `page`" not in done.stdout
    assert "label `severity` `other` to `other_other`" in done.stdout


def test_an_alias_of_a_query_is_mutated_in_each_of_its_rules(project: Project) -> None:
    rules = RULES.replace("expr: sum", "expr: &e sum") + "      - {record: a:b, expr: *e}\n"
    done = with_rules(project, rules)
    assert re.search(r'record "a:b" +9 +0 +0 +0 +9\n', done.stdout)
    assert survivors(done) == SURVIVORS


def test_texts_that_look_like_yaml_stay_texts(project: Project) -> None:
    text = "no: # \\\"{{ $labels.shop }}\\\" \\u00e9\\U0001F600 \\x85 ' ''"
    rules = RULES.replace('"Orders of {{ $labels.shop }} are stuck"', f'"{text}"')
    filled = text.replace("{{ $labels.shop }}", "a")
    project.write({"tests/orders.test.yml": TESTS.replace("Orders of a are stuck", f'"{filled}"')})
    done = with_rules(project, rules)
    assert done.stderr == ""
    assert survivors(done) == SURVIVORS


CHAIN = """groups:
- name: a
  rules:
  - {record: 'a:one', expr: sum(x) + 1}
  - {record: 'a:two', expr: 'a:one * 3'}
  - {record: 'a:three', expr: 'a:other'}
- name: b
  rules:
  - {alert: Two, expr: 'a:two > 7'}
"""
CHAIN_TESTS = """rule_files: [../rules/*.yml]
evaluation_interval: 1m
tests:
- input_series: [{series: x, values: 1 2 3}, {series: y, values: 1 2 3}]
  interval: 1m
  promql_expr_test:
  - {expr: y, eval_time: 1m, exp_samples: [{labels: y, value: 2}]}
  - {expr: 'ALERTS{alertname="Two"}', eval_time: 1m, exp_samples: [
      {labels: 'ALERTS{alertname="Two", alertstate="firing"}', value: 1.0}]}
"""


def test_a_rule_is_tested_through_what_uses_it(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"rules/a.yml": CHAIN, "tests/a.yml": CHAIN_TESTS})
    done = mutate(project)
    assert done.stderr == ""
    rows = dict(re.findall(r'"(.+?)" +\d+ +(\d+) +\d+ +\d+ +\d+\n', done.stdout))
    assert int(rows["a:one"]) > 0
    assert int(rows["a:two"]) > 0
    assert int(rows["Two"]) > 0
    assert rows["a:three"] == "0"

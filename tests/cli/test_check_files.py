"""`typedprom check` of dashboards and rule files: output, exit codes, and the baseline."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import CATALOG, CONFIGURATION, Project

GOOD = {"expr": "sum by (country) (rate(shop_orders_placed_total[$__rate_interval]))"}
BAD = {"expr": 'shop_orders_openn{job="a"}'}
LOKI = {"expr": "{app=~`x`}", "datasource": {"type": "loki", "uid": "l"}}


def dashboard(*targets: dict[str, Any]) -> str:
    """Return a dashboard with one panel."""
    panel = {"id": 7, "type": "timeseries", "title": "Orders", "targets": targets}
    return json.dumps({"schemaVersion": 41, "panels": [panel]}, indent=1)


RULES = """\
groups:
  - name: orders
    rules:
      - record: shop:orders:rate5m
        expr: sum(rate(shop_orders_placed_total[5m]))
"""
BAD_OUTPUT = """\
grafana/shop.json:10:15: error[TP502]: metric `shop_orders_openn` is not declared; did you mean \
`shop_orders_open`?
   in panel "Orders" (id 7), target A
   |
10 |      "expr": "shop_orders_openn{job=\\"a\\"}"
   |               ^^^^^^^^^^^^^^^^^
   = help: declare it, with `emitted: false` if other code records it

1 error
"""


def test_true_queries_are_counted(project: Project) -> None:
    project.write({"grafana/shop.json": dashboard(GOOD, GOOD, LOKI), "rules/orders.yaml": RULES})
    done = project.run("check", "--dashboards", "grafana/*.json", "--rules", "rules")
    assert (done.exit, done.stderr) == (0, "")
    assert done.stdout == (
        "3 metrics in 2 components; 2 queries in 1 dashboard, 1 query in 1 rule file;"
        " 1 query of another data source passed over\n"
    )


def test_a_finding_is_below_its_token_in_the_json_string(project: Project) -> None:
    project.write({"grafana/shop.json": dashboard(GOOD, BAD)})
    done = project.run("check", "--dashboards", "grafana")
    assert (done.exit, done.stdout) == (1, "")
    assert "target B\n" in done.stderr

    project.write({"grafana/shop.json": dashboard(BAD)})
    assert project.run("check", "--dashboards", "grafana").stderr == BAD_OUTPUT


def test_findings_as_json(project: Project) -> None:
    project.write({"grafana/shop.json": dashboard(BAD)})
    done = project.run("check", "--format", "json", "--dashboards", "grafana/*")
    (found,) = json.loads(done.stdout)
    assert (done.exit, done.stderr) == (1, "")
    assert (found["code"], found["path"]) == ("TP502", "grafana/shop.json")
    assert (found["line"], found["column"], found["end_column"]) == (10, 15, 32)
    assert found["subject"] == 'panel "Orders" (id 7), target A'


def test_several_patterns_and_files_outside_of_the_project(project: Project) -> None:
    outside = project.folder.parent / "outside"
    outside.mkdir()
    (outside / "x.json").write_text(dashboard(BAD))
    project.write({"a.json": dashboard(GOOD), "b.json": dashboard(GOOD)})
    arguments = ("--dashboards", "a.json", "b.json", "--dashboards", "../outside/*.json")
    done = project.run("check", *arguments)
    assert done.exit == 1
    assert "\n10 |" in done.stderr  # the excerpt of a file outside
    assert done.stderr.startswith("../outside/x.json:10:15: error[TP502]")
    absolute = project.run("check", "--dashboards", f"{outside}/*.json")
    assert absolute.stderr.startswith(f"{outside}/x.json:10:15: error[TP502]")


@pytest.mark.parametrize("option", ["--dashboards", "--rules"])
def test_a_pattern_that_matches_nothing_is_a_usage_error(project: Project, option: str) -> None:
    done = project.run("check", option, "dash*/*.jsonn")
    assert (done.exit, done.stdout) == (2, "")
    assert done.stderr == f"typedprom: error: no file matches `{option} dash*/*.jsonn`\n"


def test_broken_files_are_findings_and_the_rest_goes_on(project: Project) -> None:
    project.write(
        {
            "grafana/bad.json": '{"panels": [],}',
            "grafana/package.json": '{"name": "x"}',
            "grafana/shop.json": dashboard(BAD),
        }
    )
    (project.folder / "grafana/latin.json").write_bytes(b'{"title": "Caf\xe9"}')
    (project.folder / "grafana/loop.json").symlink_to("loop.json")
    (project.folder / "grafana/gone.json").symlink_to("nowhere.json")
    done = project.run("check", "--dashboards", "grafana/*.json")
    assert done.exit == 1
    heads = [line for line in done.stderr.splitlines() if line.startswith("grafana/")]
    assert [head.split(": ")[:2] for head in heads] == [
        ["grafana/bad.json:1:14", "error[TP542]"],
        ["grafana/gone.json:1:1", "error[TP540]"],
        ["grafana/latin.json:1:15", "error[TP540]"],
        ["grafana/loop.json:1:1", "error[TP540]"],
        ["grafana/package.json:1:1", "warning[TP543]"],
        ["grafana/shop.json:10:15", "error[TP502]"],
    ]


def test_errors_of_the_catalog_do_not_hide_those_of_files(project: Project) -> None:
    project.write({"catalog/more.yaml": "component: {name: more}\n", "d.json": dashboard(BAD)})
    done = project.run("check", "--dashboards", "d.json")
    assert done.exit == 1
    assert "catalog/more.yaml:" in done.stderr


BASELINE = {
    "typedprom-baseline": 1,
    "findings": [
        {
            "path": "d.json",
            "code": "TP502",
            "subject": 'panel "Orders" (id 7), target A',
            "message": "metric `shop_orders_openn` is not declared",
        }
    ],
}


def test_files_wait_until_the_configuration_is_right(project: Project) -> None:
    files = {"grafana/shop.json": dashboard({"expr": "node_load1"})}
    files["typedprom.toml"] = CONFIGURATION.replace("\n", '\npacks = ["node_exporter"]\n', 1)
    project.write(files)
    done = project.run("check", "--dashboards", "grafana")
    assert done.exit == 1
    assert "error[TP605]: `node_exporter` in `packs`" in done.stderr
    assert done.stderr.endswith("\n\n1 error\n")


def test_what_an_error_of_the_catalog_hides_is_unknown(project: Project) -> None:
    metrics = "component: {name: carts, title: Carts}\nmetrics:\n  "
    project.write(
        {
            "catalog/catalog.yaml": CATALOG.replace(", budget: 50", ""),
            "catalog/carts.yaml": metrics + "age: {type: histogram, help: Age., buckets: [3]}\n",
            "grafana/shop.json": dashboard(
                {"expr": "sum(rate(shop_orders_placed_total[$__rate_interval])) or vector(0)"},
                {"expr": 'rate(shop_carts_age_bucket{le="3.0"}[$__rate_interval])'},
            ),
        }
    )
    done = project.run("check", "--dashboards", "grafana")
    assert "error[TP103]" in done.stderr
    assert "error[TP102]: `buckets`" in done.stderr
    assert "grafana" not in done.stderr


def test_a_baseline_hides_what_was_there(project: Project) -> None:
    project.write({"d.json": dashboard(BAD)})
    written = project.run("check", "--dashboards", "d.json", "--write-baseline", "known.json")
    assert (written.exit, written.stdout, written.stderr) == (0, "known.json: 1 finding\n", "")
    assert json.loads((project.folder / "known.json").read_text()) == BASELINE

    known = ("check", "--dashboards", "d.json", "--baseline", "known.json")
    done = project.run(*known)
    assert (done.exit, done.stderr) == (0, "")
    assert done.stdout.endswith("; 1 finding in the baseline\n")

    moved = "\n\n" + dashboard(BAD, {"expr": "shop_nothing"})  # on other lines
    project.write({"d.json": moved})
    done = project.run(*known)
    assert done.exit == 1
    assert "shop_nothing" in done.stderr
    assert done.stderr.endswith("\n1 error\n")

    project.write({"catalog/x.yaml": "component: {name: x, title: X}\n"})  # other suggestions
    assert "openn" not in project.run(*known).stderr


def test_what_a_baseline_lists_in_vain_is_a_warning(project: Project) -> None:
    twice = [*BASELINE["findings"], {**BASELINE["findings"][0], "path": "gone.json"}]  # type: ignore[misc,index]
    listed = json.dumps({**BASELINE, "findings": twice}, indent=1)
    project.write({"d.json": dashboard(GOOD), "e.json": dashboard(GOOD), "known.json": listed})
    known = ("--baseline", "known.json")
    done = project.run("check", "--dashboards", "d.json", *known)
    assert done.exit == 0
    heads = [line for line in done.stderr.splitlines() if line.startswith("known.json")]
    assert heads == [
        "known.json:6:12: warning[TP541]: `TP502` is not reported any more in `d.json`, panel"
        ' "Orders" (id 7), target A: metric `shop_orders_openn` is not declared',
        "known.json:12:12: warning[TP541]: `TP502` is not reported any more in `gone.json`, panel"
        ' "Orders" (id 7), target A: metric `shop_orders_openn` is not declared',
    ]
    assert project.run("check", "--dashboards", "d.json", *known, "--strict").exit == 1
    other = project.run("check", "--dashboards", "e.json", *known)  # which says nothing of d.json
    assert other.stderr.count("TP541") == 1


def test_equal_findings_are_counted(project: Project) -> None:
    same = {**BAD, "refId": "A"}
    project.write({"d.json": dashboard(same, same)})
    project.run("check", "--dashboards", "d.json", "--write-baseline", "known.json")
    assert json.loads((project.folder / "known.json").read_text())["findings"][0]["count"] == 2

    known = ("check", "--dashboards", "d.json", "--baseline", "known.json")
    project.write({"d.json": dashboard(same, same, same)})
    assert project.run(*known).stderr.endswith("\n1 error\n")
    project.write({"d.json": dashboard(same)})
    assert "(1 of 2)" in project.run(*known).stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "the baseline `b.json` does not exist; write it with `--write-baseline b.json`"),
        ("[]", "`b.json` is not a baseline: it has no key `typedprom-baseline`"),
        ("{", "b.json:1:2: not JSON: expecting property name enclosed in double quotes"),
        ('{"typedprom-baseline": 2}', "`b.json` is a baseline of an unknown version, not 1"),
        (
            '{"typedprom-baseline": 1, "findings": [{"path": "x"}]}',
            "b.json:1:40: not a finding of a baseline",
        ),
    ],
)
def test_a_file_that_is_no_baseline_is_a_usage_error(
    project: Project, text: str | None, message: str
) -> None:
    project.write({"d.json": dashboard(GOOD)} | ({"b.json": text} if text is not None else {}))
    done = project.run("check", "--dashboards", "d.json", "--baseline", "b.json")
    assert (done.exit, done.stdout) == (2, "")
    assert done.stderr == f"typedprom: error: {message}\n"


def test_a_baseline_that_cannot_be_written_is_a_usage_error(project: Project) -> None:
    project.write({"d.json": dashboard(BAD)})
    done = project.run("check", "--dashboards", "d.json", "--write-baseline", "no/folder.json")
    assert done.exit == 2
    assert "the baseline `no/folder.json` cannot be written: no such file" in done.stderr
    assert not Path(project.folder / "no").exists()


@pytest.mark.parametrize("name", ["../known.json", "link/known.json", "typedprom.toml", "catalog"])
def test_a_baseline_replaces_nothing_but_a_baseline_of_the_project(
    project: Project, name: str
) -> None:
    project.write({"d.json": dashboard(BAD)})
    (project.folder / "link").symlink_to("..", target_is_directory=True)
    before = (project.folder / "typedprom.toml").read_text(encoding="utf-8")
    done = project.run("check", "--dashboards", "d.json", "--write-baseline", name)
    assert (done.exit, done.stdout) == (2, "")
    assert done.stderr.endswith("; nothing was written\n")
    assert (project.folder / "typedprom.toml").read_text(encoding="utf-8") == before
    assert not (project.folder.parent / "known.json").exists()


def test_a_baseline_that_is_no_regular_file_is_not_waited_for(project: Project) -> None:
    project.write({"d.json": dashboard(BAD)})
    os.mkfifo(project.folder / "pipe")
    for option in ("--baseline", "--write-baseline"):
        done = project.run("check", "--dashboards", "d.json", option, "pipe")
        assert done.exit == 2
        assert "the baseline `pipe` cannot be read: it is not a regular file" in done.stderr


def test_the_name_of_a_baseline_is_printed_as_one_line(project: Project) -> None:
    project.write({"d.json": dashboard(BAD)})
    done = project.run("check", "--dashboards", "d.json", "--write-baseline", "a\n\x1b[31m.json")
    assert done.stdout == "a\\n\\x1b[31m.json: 1 finding\n"

"""Examples in docs/checking-queries.md and the README of how queries are checked are correct."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.programs import ROOT, run_python

CATALOG = """\
catalog: {namespace: shop, title: Web shop}
labels:
  channel: {help: Where the order came from., domain: {kind: closed, values: [web, app, phone]}}
"""
ORDERS = """\
component: {name: orders, title: Orders}
metrics:
  placed: {type: counter, help: Orders that were placed., labels: [channel]}
"""
EXPR = r"sum(rate(shop_orders_placed_total{channel=\"phon\"}[$__rate_interval]))"
DASHBOARD = f"""\
{{
  "schemaVersion": 41,
  "title": "Web shop",
  "panels": [
    {{
      "id": 4,
      "title": "Orders by phone",
      "type": "timeseries",
      "datasource": {{"type": "prometheus", "uid": "${{datasource}}"}},
      "targets": [
        {{"refId": "A", "expr": "{EXPR}"}}
      ]
    }}
  ]
}}
"""
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "checking-queries.md").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project of the examples."""
    for name, text in {
        "typedprom.toml": 'catalog = "metrics"\n',
        "metrics/catalog.yaml": CATALOG,
        "metrics/orders.yaml": ORDERS,
        "grafana/shop.json": DASHBOARD,
    }.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def blocks(text: str) -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", [README, GUIDE], ids=["README", "guide"])
def test_a_finding_is_printed_as_shown(project: Path, text: str) -> None:
    (shown,) = (block for block in blocks(text) if block.startswith("grafana/shop.json"))
    done = run_python(
        *("-m", "typedprom_codegen", "check", "--project", str(project)),
        *("--dashboards", "grafana/**/*.json"),
    )
    assert (done.returncode, done.stderr) == (1, shown)


def test_the_baseline_is_as_shown(project: Path) -> None:
    (shown,) = (block for block in blocks(GUIDE) if block.startswith('{\n  "typedprom-baseline"'))
    command = ("-m", "typedprom_codegen", "check", "--project", str(project))
    run_python(*command, "--dashboards", "grafana", "--write-baseline", "b.json")
    assert (project / "b.json").read_text(encoding="utf-8") == shown
    assert json.loads(shown)["typedprom-baseline"] == 1

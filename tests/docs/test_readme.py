"""Examples in the README are correct: type errors, diagnostics, commands, links."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.programs import ROOT, run_python

NAMES = """
from shop_metrics import CATALOG
assert ORDERS_PLACED.labels(channel="web").snapshot() == 1.0
for metric in CATALOG.metrics.values():
    print(metric.name)
"""
NUMBERS = {8: "eight", 9: "nine", 10: "ten"}
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)

MISTAKEN = """\
component:
  name: sources
  title: Sources
  description: Fetching.
metrics:
  requests.error:
    type: counter
    help: Requests that failed.
    labels: [sourc_id]
"""


def block(beginning: str) -> str:
    (found,) = (text for _, text in BLOCKS if text.startswith(beginning))
    return found


def test_mypy_reports_errors_as_shown(tmp_path: Path) -> None:
    program = tmp_path / "fetch.py"
    program.write_text(block("from sms_metrics_generated"), encoding="utf-8")
    done = run_python("-m", "mypy", "--strict", "--hide-error-context", str(program))
    errors = [line for line in done.stdout.splitlines() if ": error: " in line]
    shown = block("fetch.py:").splitlines()
    assert [line[line.index(program.name) :] for line in errors] == shown


def test_a_wrong_label_is_reported_as_shown(tmp_path: Path) -> None:
    catalog = tmp_path / "metrics"
    catalog.mkdir()
    (tmp_path / "typedprom.toml").write_text('catalog = "metrics"\n', encoding="utf-8")
    (catalog / "sources.yaml").write_text(MISTAKEN, encoding="utf-8")
    header = "catalog: {namespace: shop, title: Shop}\nlabels:\n"
    shared = "  source_id: {help: The source., domain: {kind: open, budget: 9}}\n"
    (catalog / "catalog.yaml").write_text(header + shared, encoding="utf-8")
    done = run_python("-m", "typedprom_codegen", "check", "--project", str(tmp_path))
    assert block("metrics/sources.yaml:9:14").removesuffix("\n1 error\n") in done.stderr


def test_a_metric_is_recorded_with_the_packages_of_the_compiler() -> None:
    lock = (ROOT / "requirements" / "codegen.lock").read_text(encoding="utf-8")
    locked = re.findall(r"^([\w-]+)==", lock, re.M)
    assert f"installs {NUMBERS[len(locked)]} packages" in README
    for project in ("codegen", "runtime"):
        text = (ROOT / project / "pyproject.toml").read_text(encoding="utf-8")
        needed = tomllib.loads(text)["project"]["dependencies"]
        names = {re.split(r"[<>=]", each)[0].lower() for each in needed}
        assert names <= set(locked), "run `make lock UPGRADE=`"
    command = block("PYTHONPATH=src:runtime").replace(".venv/bin/python", sys.executable)
    done = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "1.0\n"), done.stderr


def test_the_catalog_shown_is_in_the_catalog() -> None:
    source = (ROOT / "schema" / "sms" / "sources.yaml").read_text(encoding="utf-8")
    key, kind, *_ = block("# schema/sms/sources.yaml").splitlines()[2:]
    assert f"{key}\n{kind}\n" in source


def test_the_whole_catalog_compiles_and_is_called_as_shown(tmp_path: Path) -> None:
    catalog = tmp_path / "metrics"
    catalog.mkdir()
    (tmp_path / "pyproject.toml").write_text(block("[tool.typedprom]"), encoding="utf-8")
    for name in ("catalog", "orders"):
        text = block(f"# metrics/{name}.yaml\n")
        (catalog / f"{name}.yaml").write_text(text, encoding="utf-8")
    for verb in (["check", "--strict"], ["generate"]):
        done = run_python("-m", "typedprom_codegen", *verb, "--project", str(tmp_path))
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "grafana" / "dashboards" / "overview.json").exists()
    program = tmp_path / "src" / "shop.py"
    program.write_text(block("from shop_metrics import") + NAMES, encoding="utf-8")
    done = run_python(str(program))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == re.findall(
        r"`(shop_\w+)`", README.replace("`shop_metrics`", "").partition("## Check ")[0]
    )


@pytest.mark.parametrize("command", sorted(set(re.findall(r"(?:`|^)make (\w+)", README, re.M))))
def test_every_make_command_exists(command: str) -> None:
    assert re.search(rf"^{command}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize(
    "document", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "benchmarks/README.md"]
)
def test_every_link_has_a_target(document: str) -> None:
    path = ROOT / document
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
    missing = [link for link in links if not (path.parent / link).exists()]
    assert not missing

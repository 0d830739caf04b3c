"""The project's own rules: links in them lead to what is generated, and their tools accept them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.compiler.test_rule_targets import amtool
from tests.support.programs import ROOT
from typedprom_codegen.commands import CheckOptions, check, generate
from typedprom_codegen.write import Mode

GENERATED = ROOT / "generated"
SHOP = ROOT / "tests" / "golden" / "alerts_of_a_shop"


def alerts() -> Iterator[Mapping[str, Any]]:
    for file in sorted((GENERATED / "prometheus" / "rules").glob("*.yml")):
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
            yield from (rule for rule in group["rules"] if "alert" in rule)


def test_every_link_to_a_runbook_has_its_page() -> None:
    pages = {file.stem for file in (GENERATED / "runbooks").glob("Sms*.md")}
    linked = {urlsplit(alert["annotations"]["runbook_url"]).path for alert in alerts()}
    assert linked == {f"/sms/runbooks/{page}" for page in pages}


def test_every_link_to_a_dashboard_has_the_uid_of_one() -> None:
    files = (GENERATED / "grafana" / "dashboards").rglob("*.json")
    dashboards = {each["uid"]: each for each in (json.loads(file.read_text()) for file in files)}
    for alert in alerts():
        link = urlsplit(alert["annotations"]["dashboard_url"])
        dashboard = dashboards[link.path.removeprefix("/d/")]
        variables = {f"var-{each['name']}" for each in dashboard["templating"]["list"]}
        chosen = {part.partition("=")[0] for part in link.query.split("&") if part}
        assert chosen <= {*variables, "viewPanel"}, alert["alert"]


@pytest.mark.parametrize(
    ("project", "pages", "rules"),
    [
        (ROOT, GENERATED / "runbooks", "generated/prometheus/rules"),
        (ROOT / "deploy", ROOT / "deploy" / "runbooks", "prometheus/rules"),
    ],
)
def test_the_checker_finds_nothing_in_queries_of_pages(
    tmp_path: Path, project: Path, pages: Path, rules: str
) -> None:
    texts = [file.read_text(encoding="utf-8") for file in sorted(pages.glob("*.md"))]
    queries = [query for text in texts for query in re.findall(r"```promql\n(.*?)```", text, re.S)]
    assert len(queries) > len(texts)
    shown = [{"record": f"runbook:query{n}:shown", "expr": q} for n, q in enumerate(queries)]
    file = tmp_path / "pages.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "pages", "rules": shown}]}), "utf-8")
    outcome = check(project, CheckOptions(strict=True, rules=(rules, str(file))))
    assert outcome.exit == 0, outcome.stderr


def test_alertmanager_reads_the_configuration() -> None:
    assert "inhibit rules" in amtool("check-config", GENERATED / "alertmanager/alertmanager.yml")


def test_catalogs_share_a_prometheus_and_an_alertmanager(tmp_path: Path) -> None:
    catalogs = (GENERATED, ROOT / "deploy", SHOP / "expected")
    named = [{*names(catalog / "prometheus" / "rules")} for catalog in catalogs]
    assert all(named)
    assert len(set.union(*named)) == sum(map(len, named))
    first, second = (
        yaml.safe_load((folder / "alertmanager" / "alertmanager.yml").read_text(encoding="utf-8"))
        for folder in (GENERATED, SHOP / "expected")
    )
    both = {**first, "inhibit_rules": [*first["inhibit_rules"], *second["inhibit_rules"]]}
    merged = tmp_path / "alertmanager.yml"
    merged.write_text(yaml.safe_dump(both), encoding="utf-8")
    assert f"{len(both['inhibit_rules'])} inhibit rules" in amtool("check-config", merged)


def names(rules: Path) -> Iterator[str]:
    """The names of all groups, records and alerts."""
    for file in rules.glob("*.yml"):
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
            yield f"group {group['name']}"
            yield from (rule.get("record") or rule["alert"] for rule in group["rules"])


def test_what_is_removed_from_a_catalog_leaves_nothing_behind(tmp_path: Path) -> None:
    shutil.copytree(SHOP, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected"))
    generated(tmp_path)
    before = mentioning(tmp_path, "ShopQueueLong")
    assert {"prometheus", "kubernetes", "runbooks"} <= {path.split("/")[0] for path in before}
    assert "runbooks/ShopQueueLong.md" in before
    orders = tmp_path / "catalog" / "orders.yaml"
    orders.write_text(re.sub("(?m)^  queue_long: .*\n", "", orders.read_text("utf-8")), "utf-8")
    generated(tmp_path)
    assert mentioning(tmp_path, "ShopQueueLong") == []
    orders.write_text(re.sub("(?m)^  payment.error: .*\n", "", orders.read_text("utf-8")), "utf-8")
    outcome = check(tmp_path, CheckOptions())
    assert outcome.exit == 1
    assert "cards_refused" in outcome.stderr


def generated(project: Path) -> None:
    outcome = generate(project, Mode.WRITE)
    assert outcome.exit == 0, outcome.stderr


def mentioning(project: Path, name: str) -> list[str]:
    """Return the paths of generated files that have this name or contain it."""
    files = [file for file in sorted(project.rglob("*")) if file.is_file()]
    found = [file for file in files if name in file.name or name in file.read_text("utf-8")]
    return [file.relative_to(project).as_posix() for file in found]

"""What targets write for Prometheus, its operator and Alertmanager, judged by their own tools."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from tests.compiler.rule_samples import HOSTILE, WORDS, sample, written
from tests.support.needs import require_newer_prometheus, require_servers
from tools.running import HOST, alertmanager
from tools.servers import Build, alertmanager_folder, program
from typedprom_codegen.emit.alertmanager import TARGET as ALERTMANAGER
from typedprom_codegen.emit.alertmanager import AlertmanagerOptions
from typedprom_codegen.emit.kubernetes import TARGET as KUBERNETES
from typedprom_codegen.emit.kubernetes import KubernetesOptions
from typedprom_codegen.emit.prometheus import TARGET as PROMETHEUS
from typedprom_codegen.emit.prometheus import PrometheusOptions


@pytest.mark.parametrize("words", WORDS)
def test_rule_files_are_loaded_by_prometheus(tmp_path: Path, words: str) -> None:
    require_newer_prometheus()
    for file in PROMETHEUS.emit(sample(tmp_path, words), PrometheusOptions()):
        written(tmp_path, file)
    rules = sorted((tmp_path / "rules").glob("*.yml"))
    assert [file.name for file in rules] == ["_catalog.yml", "orders.yml"]
    for promtool in promtools():
        assert "SUCCESS" in run(promtool, "check", "rules", *rules)


def test_texts_of_the_catalog_are_the_same_in_prometheus(tmp_path: Path) -> None:
    (alert,) = [rule for rule in rules(tmp_path, HOSTILE) if rule.get("alert") == "ShopFailing"]
    shown = HOSTILE.strip().replace("{{ end }}", '{{ "{{" }} end }}')
    assert alert["annotations"]["summary"].strip() == shown
    assert alert["labels"] == {"severity": "page", "owner": HOSTILE.replace("{{", '{{ "{{" }}')}


def rules(folder: Path, words: str) -> list[dict[str, Any]]:
    files = PROMETHEUS.emit(sample(folder, words), PrometheusOptions())
    groups = [group for file in files for group in yaml.safe_load(file.text).get("groups", ())]
    return [rule for group in groups for rule in group["rules"]]


@pytest.mark.parametrize("words", WORDS)
def test_objects_of_kubernetes_have_the_same_groups(tmp_path: Path, words: str) -> None:
    options = KubernetesOptions("monitoring", ("release=kube-prometheus-stack", "a.b/c="))
    catalog = sample(tmp_path, words)
    groups = [
        yaml.safe_load(file.text)["groups"]
        for file in PROMETHEUS.emit(catalog, PrometheusOptions())
        if file.path.startswith("rules/")
    ]
    objects = [yaml.safe_load(file.text) for file in KUBERNETES.emit(catalog, options)]
    assert [each["spec"]["groups"] for each in objects] == groups
    assert [each["metadata"]["name"] for each in objects] == ["shop-rules", "shop-orders-rules"]
    assert objects[0] == {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {
            "name": "shop-rules",
            "namespace": "monitoring",
            "labels": {"release": "kube-prometheus-stack", "a.b/c": ""},
        },
        "spec": {"groups": groups[0]},
    }


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"namespace": "A"}, "`namespace` is not a name in Kubernetes: `A`"),
        ({"name_prefix": "a_b"}, "`name-prefix` is not a name in Kubernetes: `a_b`"),
        ({"labels": ("a",)}, "`labels` has `a`, which is not `name=value`"),
        ({"labels": ("a=b c",)}, "`labels` has `a=b c`, which is not `name=value`"),
    ],
)
def test_what_kubernetes_would_refuse(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match="^" + problem + "$"):
        KubernetesOptions(**options)


def test_what_alertmanager_would_refuse() -> None:
    with pytest.raises(ValueError, match=r"^`equal` has `a-b`, which is not a name of a label$"):
        AlertmanagerOptions(("a-b",))


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    (file,) = ALERTMANAGER.emit(sample(tmp_path), AlertmanagerOptions(("cluster",)))
    return written(tmp_path, file)


@pytest.mark.parametrize("words", WORDS)
def test_alertmanager_reads_the_configuration(tmp_path: Path, words: str) -> None:
    (file,) = ALERTMANAGER.emit(sample(tmp_path, words), AlertmanagerOptions())
    out = amtool("check-config", written(tmp_path, file))
    assert "2 inhibit rules" in out
    assert "4 receivers" in out


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (["alertname=A", "severity=page"], "page"),
        (["severity=ticket", "owner=shop-team"], "ticket"),
        (["severity=info"], "info"),
        (["alertname=A"], "others"),
    ],
)
def test_routes(configuration: Path, labels: list[str], receiver: str) -> None:
    out = amtool("config", "routes", "test", "--config.file", configuration, *labels)
    assert out.strip() == receiver


def test_what_silences_what(configuration: Path) -> None:
    assert yaml.safe_load(configuration.read_text())["inhibit_rules"] == [
        {
            "source_matchers": ['alertname="ShopPlacingBudgetBurn"', 'severity="page"', 'slo!=""'],
            "target_matchers": ['alertname="ShopPlacingBudgetBurn"', 'severity="ticket"'],
            "equal": ["slo", "cluster"],
        },
        {
            "source_matchers": ['alertname="ShopAbsent"', 'severity="page"'],
            "target_matchers": ['alertname="ShopSilent"', 'severity=~"page|ticket|info"'],
            "equal": ["cluster"],
        },
    ]


PAGE = {"alertname": "ShopPlacingBudgetBurn", "severity": "page", "slo": "placing"}
TICKET = {**PAGE, "severity": "ticket"}
ABSENT = {"alertname": "ShopAbsent", "severity": "page"}
SILENT = {"alertname": "ShopSilent", "severity": "ticket"}
FAILING = {"alertname": "ShopFailing", "severity": "page", "country": "at"}


def test_a_real_alertmanager_silences_what_follows(configuration: Path, tmp_path: Path) -> None:
    require_servers()
    others = [
        {**TICKET, "slo": "packing"},  # of another objective
        {**TICKET, "cluster": "b"},  # in another cluster
        {"alertname": "OtherBudgetBurn", "severity": "ticket", "slo": "placing"},  # of others
    ]
    with alertmanager(tmp_path, configuration) as server:
        for alert in (PAGE, TICKET, ABSENT, SILENT, FAILING, *others):
            labels = [f"{name}={value}" for name, value in alert.items()]
            address = f"--alertmanager.url=http://{server.address}"
            amtool("alert", "add", address, *labels)
        found = inhibited(server.port)
    assert found == {frozenset(TICKET.items()), frozenset(SILENT.items())}


def inhibited(port: int) -> set[frozenset[tuple[str, str]]]:
    with urlopen(f"http://{HOST}:{port}/api/v2/alerts", timeout=10) as answer:
        alerts = json.load(answer)
    assert len(alerts) == 8
    return {
        frozenset(alert["labels"].items()) for alert in alerts if alert["status"]["inhibitedBy"]
    }


def promtools() -> Iterator[Path]:
    for build in (Build.STABLE, Build.NEWER):
        yield program("promtool", build)


def amtool(*arguments: str | Path) -> str:
    require_servers()
    return run(program("amtool"), *arguments)


def run(*command: str | Path) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, cwd=alertmanager_folder()
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout

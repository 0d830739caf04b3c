"""Packs know what real servers expose: each name, its type, and its labels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from tests.support.needs import require_node_exporter, require_servers
from tests.support.programs import ROOT
from tools.exposed import Exposed, exposed
from tools.make_packs import PackMetric, exposed_by, pack_metric
from tools.running import Server, alertmanager, node_exporter, prometheus, pushgateway
from typedprom_codegen import packs
from typedprom_codegen.ir import MetricType


@contextmanager
def _server(pack: str, folder: Path) -> Iterator[Server]:
    running = {
        "alertmanager": lambda: alertmanager(folder),
        "node-exporter": lambda: node_exporter(folder, folder),
        "prometheus": lambda: prometheus(folder, {}),
        "pushgateway": lambda: pushgateway(folder),
    }
    with running[pack]() as server:
        yield server


def _differences(pack: str, found: dict[str, Exposed]) -> list[str]:
    known = {metric.name: metric for metric in packs.pack(pack).metrics}
    return [
        f"{name}: exposed as {fact}, known as {known.get(name)}"
        for name, fact in ((name, pack_metric(metric)) for name, metric in found.items())
        if name not in known or not _agree(fact, known[name].type, set(known[name].labels))
    ]


def _agree(fact: PackMetric, kind: MetricType, labels: set[str]) -> bool:
    return fact["type"] == kind.value and labels.issuperset(fact.get("labels", []))


@pytest.mark.parametrize("pack", ["alertmanager", "node-exporter", "prometheus", "pushgateway"])
def test_a_pack_has_what_its_server_exposes(pack: str, tmp_path: Path) -> None:
    require_servers()
    require_node_exporter()
    with _server(pack, tmp_path) as server:
        found = exposed_by(server.port)
    assert found, "the server exposes nothing"
    assert not _differences(pack, found)


@pytest.mark.parametrize("pack", packs.BY_DEFAULT)
def test_default_packs_have_what_prometheus_client_exposes(pack: str) -> None:
    found = exposed(generate_latest().decode())
    own = {name: metric for name, metric in found.items() if name.startswith(f"{pack}_")}
    assert own, f"prometheus_client exposes no {pack}_…"
    assert not _differences(pack, own)


def test_all_packs_can_be_read() -> None:
    assert {*packs.ALWAYS, *packs.BY_DEFAULT} <= set(packs.names())
    for name in packs.names():
        assert packs.pack(name).metrics, name


def test_names_below_an_open_prefix_are_those_of_the_pack() -> None:
    for name in packs.names():
        pack = packs.pack(name)
        for prefix in pack.open_prefixes:
            assert any(metric.name.startswith(prefix) for metric in pack.metrics), (name, prefix)


def test_the_documentation_lists_all_packs_and_their_sizes() -> None:
    text = (ROOT / "docs" / "checking-queries.md").read_text(encoding="utf-8")
    for name in packs.names():
        assert f"`{name}`" in text, name
    for name in set(packs.names()).difference(packs.BY_DEFAULT):
        assert f"| `{name}` | {len(packs.pack(name).metrics):,} |" in text, name

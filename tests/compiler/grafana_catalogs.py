"""Catalogs for tests of the Grafana target, and the dashboards they compile to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.emit.grafana import TARGET, GrafanaOptions
from typedprom_codegen.ir import Catalog
from typedprom_codegen.load import load
from typedprom_codegen.resolve import resolve

ROOT = Path(__file__).parents[2]
HEADER = "catalog: {namespace: app, title: The app, description: What the app measures.}\n"


@dataclass(frozen=True, slots=True)
class Compiled:
    """The output of the target for a catalog."""

    catalog: Catalog
    files: dict[str, str]

    def dashboard(self, component: str | None = None) -> dict[str, Any]:
        """Return the dashboard of a component; without a component, the overview."""
        name = f"components/{component}" if component else "overview"
        return dict(json.loads(self.files[f"dashboards/{name}.json"]))

    def dashboards(self) -> Iterator[dict[str, Any]]:
        """Return all dashboards."""
        for path, text in self.files.items():
            if path.endswith(".json"):
                yield json.loads(text)


def from_folder(folder: Path, options: GrafanaOptions | None = None) -> Compiled:
    """Compile a catalog folder without errors to dashboards."""
    found = Diagnostics()
    catalog = resolve(load(folder, folder.parent, found), found)
    assert not found.has_errors, list(found)
    files = TARGET.emit(CompiledCatalog(catalog), options or GrafanaOptions())
    return Compiled(catalog, {file.path: file.text for file in files})


def from_text(
    folder: Path, component: str, options: GrafanaOptions | None = None, header: str = HEADER
) -> Compiled:
    """Compile the YAML of one component, `parts`, to dashboards."""
    folder.mkdir(exist_ok=True)
    folder.joinpath("catalog.yaml").write_text(header, encoding="utf-8")
    text = "component: {name: parts, title: Parts}\n" + component
    folder.joinpath("parts.yaml").write_text(text, encoding="utf-8")
    return from_folder(folder, options)


def sms() -> Compiled:
    """Compile the SMS catalog to dashboards."""
    return from_folder(ROOT / "schema" / "sms")


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the panels with queries."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def expressions(panel: dict[str, Any]) -> list[str]:
    """Return the queries of a panel."""
    return [target["expr"] for target in panel["targets"]]

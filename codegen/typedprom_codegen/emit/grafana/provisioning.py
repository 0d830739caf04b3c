"""The provisioning files for Grafana: its dashboards and its Prometheus data source."""

from __future__ import annotations

from typing import Final

import yaml

from typedprom_codegen.emit import GENERATED
from typedprom_codegen.emit.grafana.dashboards import DashboardContext

RELOAD_INTERVAL_SECONDS: Final = 30
HEADER: Final = f"# {GENERATED}\n"


def dashboards(context: DashboardContext) -> str:
    """The provider of the dashboards, for `provisioning/dashboards/`."""
    provider = {
        "name": context.uid(),
        "orgId": 1,
        "type": "file",
        "folder": _literal(context.catalog.title),
        "folderUid": context.uid(),
        "disableDeletion": False,
        "allowUiUpdates": False,
        "updateIntervalSeconds": RELOAD_INTERVAL_SECONDS,
        "options": {
            "path": context.options.dashboards_path,
            "foldersFromFilesStructure": False,
        },
    }
    return _as_yaml({"apiVersion": 1, "providers": [provider]})


def datasources(context: DashboardContext) -> str:
    """The data source, for `provisioning/datasources/`.

    It is not the default data source: a Grafana with two default ones does not start.
    """
    prometheus = {
        "name": "Prometheus",
        "uid": "prometheus",
        "orgId": 1,
        "type": "prometheus",
        "access": "proxy",
        "url": context.options.datasource_url,
        "editable": False,
        "jsonData": {"httpMethod": "POST"},
    }
    return _as_yaml({"apiVersion": 1, "datasources": [prometheus]})


def _literal(text: str) -> str:
    """Text of the catalog, escaped: Grafana replaces `$NAME` by an environment variable."""
    return text.replace("$", "$$")


def _as_yaml(data: dict[str, object]) -> str:
    return HEADER + yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)

"""What `[tool.typedprom.grafana]` can say, beside the directory."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GrafanaOptions:
    """Options of the Grafana target."""

    title_prefix: str = ""
    uid_prefix: str = ""
    tags: tuple[str, ...] = ()
    all_value: str = ".+"  # what a variable matches when everything is chosen
    dashboards_path: str = "/var/lib/grafana/dashboards"  # on Grafana's server
    datasource_url: str = "http://localhost:9090"

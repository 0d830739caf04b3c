"""Reads dashboards as Grafana does: the queries of all panels, variables replaced by values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

WINDOW = "1m"
_BUILT_IN = {
    "__rate_interval": WINDOW,
    "__interval": "1s",
    "__range": WINDOW,
    "__range_s": "60",
    "__interval_ms": "1000",
}
_LABEL_VALUES = re.compile(r"label_values\((?P<series>.+), (?P<label>\w+)\)", re.DOTALL)
_VARIABLE = re.compile(r"\$\{(\w+)(?::\w+)?\}|\$(\w+)")


@dataclass(frozen=True, slots=True)
class Target:
    """One query of a panel."""

    panel: str
    expr: str


def targets(dashboard: dict[str, Any]) -> list[Target]:
    """Return the queries of all panels, including those in collapsed rows."""
    return [target for panel in dashboard["panels"] for target in _targets_of(panel)]


def _targets_of(panel: dict[str, Any]) -> list[Target]:
    own = [Target(panel.get("title", ""), target["expr"]) for target in panel.get("targets", ())]
    return own + [target for inner in panel.get("panels", ()) for target in _targets_of(inner)]


def substituted(expr: str) -> str:
    """Replace built-in variables by values and all others by All, which is `.+`."""
    return _VARIABLE.sub(lambda found: _BUILT_IN.get(found[1] or found[2], ".+"), expr)


def offers(dashboard: dict[str, Any]) -> dict[str, str]:
    """Return PromQL with one series for each value of a variable, by the variable's name."""
    queries: dict[str, str] = {}
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            asked = variable["query"]["query"]
            found = _LABEL_VALUES.fullmatch(asked)
            assert found, asked
            queries[variable["name"]] = f"group by ({found['label']}) ({found['series']})"
    return queries

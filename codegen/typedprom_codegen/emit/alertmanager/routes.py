"""Where alerts go by severity: a route and a receiver for each, without addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from typedprom_codegen.alerting.record_names import SLO_LABEL
from typedprom_codegen.alerting.rule_model import SEVERITY_LABEL
from typedprom_codegen.emit.alertmanager.alert_matchers import equals
from typedprom_codegen.ir import AlertSeverity
from typedprom_codegen.yaml_writer import Commented, YamlData

GROUPED_BY: Final = ("alertname", SLO_LABEL, "owner")
OTHERS: Final = "others"
"""The receiver of alerts without a severity of the catalog."""

_URGENT: Final = {"group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h"}
_LATER: Final = {"group_wait": "5m", "group_interval": "1h", "repeat_interval": "1d"}


def route(severities: Sequence[AlertSeverity]) -> dict[str, YamlData]:
    """The root of the routing tree: the most urgent alerts are sent soon and again."""
    routes: list[YamlData] = []
    for severity in severities:
        times = _LATER if routes else _URGENT
        matchers = [equals(SEVERITY_LABEL, severity.name)]
        data: YamlData = {"matchers": matchers, "receiver": severity.name, **times}
        routes.append(Commented(severity.help, data))
    return {"receiver": OTHERS, "group_by": list(GROUPED_BY), **_LATER, "routes": routes}


def receivers(severities: Sequence[AlertSeverity]) -> list[YamlData]:
    """A receiver for each severity, and one for all other alerts."""
    names = [*(severity.name for severity in severities), OTHERS]
    return [{"name": name} for name in dict.fromkeys(names)]

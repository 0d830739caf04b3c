"""The queries that experts publish, by where they are: none of their text is in this project.

Of a project's repository, a checkout is read from the folder that `TYPEDPROM_PUBLISHED` names, in a
folder `owner+name`; the rest is in `../shared/data` beside this checkout. What is not there is left
out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
VARIABLE = "TYPEDPROM_PUBLISHED"

KUBERNETES = ("cluster", "namespace", "pod", "container", "service", "endpoint", "node")
"""Labels that scraping in Kubernetes adds."""

_MIXINS = "monitoring-mixins+website/assets"
_ALERTS = "samber+awesome-prometheus-alerts/dist/rules"
_OPERATOR = "prometheus-operator+kube-prometheus/manifests"


@dataclass(frozen=True, slots=True)
class Published:
    """Dashboards and rules that belong together, and what exposes the metrics that they ask for."""

    name: str
    folder: str  # below the folder of checkouts; "" is ../shared/data
    dashboards: tuple[str, ...]  # patterns
    rules: tuple[str, ...]
    exposed_by: tuple[str, ...]
    packs: tuple[str, ...] = ()
    target_labels: tuple[str, ...] = ()

    @property
    def root(self) -> Path | None:
        """Where its files are; None if nowhere."""
        if not self.folder:
            return SHARED if SHARED.is_dir() else None
        checkouts = os.environ.get(VARIABLE)
        found = Path(checkouts) / self.folder if checkouts else None
        return found if found and found.is_dir() else None

    def files(self, patterns: tuple[str, ...]) -> Iterator[Path]:
        """The files that match, in order."""
        if self.root is not None:
            for pattern in patterns:
                yield from sorted(self.root.glob(pattern))


def _mixin(name: str, folder: str, exposed_by: str, *packs: str) -> Published:
    return Published(
        f"{name} mixin",
        f"{_MIXINS}/{folder}",
        ("dashboards/*.json",),
        ("alerts.yaml", "rules.yaml"),
        (exposed_by,),
        packs,
        KUBERNETES,
    )


def _alerts(name: str, folder: str, *exposed_by: str) -> Published:
    packs = tuple(one for one in exposed_by if one != "django")
    return Published(f"alerts for {name}", f"{_ALERTS}/{folder}", (), ("*.yml",), exposed_by, packs)


PUBLISHED = (
    Published(
        "Node Exporter Full",
        "",
        ("node-exporter-full.json",),
        (),
        ("node-exporter",),
        ("node-exporter",),
    ),
    _mixin("Prometheus", "prometheus", "prometheus", "prometheus"),
    _mixin("Alertmanager", "alertmanager", "alertmanager", "alertmanager"),
    _mixin("node", "node-exporter", "node-exporter", "node-exporter"),
    _mixin("Go", "go-runtime", "prometheus", "prometheus"),
    _mixin("Python", "python-runtime", "django"),
    Published(
        "Django mixin",
        "adinhodovic+django-mixin",
        ("dashboards_out/*.json",),
        ("prometheus_*.yaml",),
        ("django",),
        (),
        KUBERNETES,
    ),
    Published(
        "Synapse",
        "element-hq+synapse/contrib",
        ("grafana/*.json",),
        ("prometheus/*.rules",),
        ("synapse",),
        (),
        ("index",),
    ),
    Published(
        "kube-prometheus",
        _OPERATOR,
        (),
        tuple(
            f"{one}-prometheusRule.yaml" for one in ("alertmanager", "prometheus", "nodeExporter")
        ),
        ("alertmanager", "prometheus", "node-exporter"),
        ("alertmanager", "prometheus", "node-exporter"),
        KUBERNETES,
    ),
    _alerts(
        "Prometheus", "prometheus-self-monitoring", "prometheus", "alertmanager", "node-exporter"
    ),
    _alerts("hosts", "host-and-hardware", "node-exporter"),
    _alerts("Python", "python", "django"),
)

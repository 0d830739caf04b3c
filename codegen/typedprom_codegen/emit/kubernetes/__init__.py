"""The `kubernetes` target: a PrometheusRule object per component, for the Prometheus operator.

<component>.yaml               for `kubectl apply`
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.alerting.rule_data import group_data
from typedprom_codegen.alerting.rule_model import WHOLE_CATALOG, CompiledCatalog, RuleGroups
from typedprom_codegen.emit import GENERATED, OutputFile, Target
from typedprom_codegen.yaml_writer import YamlData, to_yaml

__all__ = ["TARGET", "KubernetesOptions"]

LONGEST_NAME: Final = 253
_DNS_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_LABEL: Final = re.compile(
    r"(?:[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?"
    r"=(?:[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class KubernetesOptions:
    """What `[tool.typedprom.kubernetes]` can contain, beside the directory."""

    namespace: str = ""  # of the objects; empty: the one that they are applied to
    labels: tuple[str, ...] = ()  # "release=kube-prometheus-stack": what the operator selects by
    name_prefix: str = ""  # of the objects' names; empty: the namespace of the catalog

    def __post_init__(self) -> None:
        """Raise ValueError for what Kubernetes would refuse."""
        for option, value in (("namespace", self.namespace), ("name-prefix", self.name_prefix)):
            if value and not _DNS_NAME.fullmatch(value):
                raise ValueError(f"`{option}` is not a name in Kubernetes: `{value}`")
        for label in self.labels:
            if not _LABEL.fullmatch(label):
                raise ValueError(f"`labels` has `{label}`, which is not `name=value`")


def _emit(compiled: CompiledCatalog, options: KubernetesOptions) -> Iterator[OutputFile]:
    prefix = options.name_prefix or compiled.catalog.namespace
    for file in compiled.files:
        name = _object_name(prefix, "" if file.stem == WHOLE_CATALOG else file.stem)
        text = to_yaml(_object(name, file, options), GENERATED)
        yield OutputFile(f"{file.stem}.yaml", text)


def _object(name: str, file: RuleGroups, options: KubernetesOptions) -> dict[str, YamlData]:
    metadata: dict[str, YamlData] = {"name": name}
    if options.namespace:
        metadata["namespace"] = options.namespace
    if options.labels:
        metadata["labels"] = dict(_pairs(options.labels))
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": metadata,
        "spec": {"groups": [group_data(group) for group in file.groups]},
    }


def _pairs(labels: Iterable[str]) -> Iterator[tuple[str, str]]:
    for label in labels:
        name, _, value = label.partition("=")
        yield name, value


def _object_name(*parts: str) -> str:
    """The parts as a name of an object: letters, digits and dashes."""
    words = (re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in (*parts, "rules"))
    return "-".join(filter(None, words))[:LONGEST_NAME].rstrip("-")


TARGET: Final = Target("kubernetes", KubernetesOptions, _emit)

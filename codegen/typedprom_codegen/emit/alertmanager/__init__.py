"""The `alertmanager` target: which alerts silence which, and routes by severity.

alertmanager.yml               a whole configuration without addresses or credentials, to copy from
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.emit import GENERATED, OutputFile, Target
from typedprom_codegen.emit.alertmanager.inhibitions import inhibitions
from typedprom_codegen.emit.alertmanager.routes import receivers, route
from typedprom_codegen.yaml_writer import YamlData, to_yaml

__all__ = ["TARGET", "AlertmanagerOptions"]

HEADER: Final = (
    f"{GENERATED}\n\n"
    "Copy `inhibit_rules` into the configuration of your Alertmanager, and the routes if you have "
    "none. The receivers have names only: yours say where notifications go."
)
_LABEL: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class AlertmanagerOptions:
    """What `[tool.typedprom.alertmanager]` can contain, beside the directory."""

    equal: tuple[str, ...] = ()  # labels that tell environments apart: ["cluster"]

    def __post_init__(self) -> None:
        """Raise ValueError where `equal` has text that cannot be the name of a label."""
        for label in self.equal:
            if not _LABEL.fullmatch(label):
                raise ValueError(f"`equal` has `{label}`, which is not a name of a label")


def _emit(compiled: CompiledCatalog, options: AlertmanagerOptions) -> Iterator[OutputFile]:
    severities = compiled.catalog.severities
    data: dict[str, YamlData] = {
        "route": route(severities),
        "receivers": receivers(severities),
        "inhibit_rules": list(inhibitions(compiled, options.equal)),
    }
    yield OutputFile("alertmanager.yml", to_yaml(data, HEADER))


TARGET: Final = Target("alertmanager", AlertmanagerOptions, _emit)

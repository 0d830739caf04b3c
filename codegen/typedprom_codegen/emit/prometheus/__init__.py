"""The `prometheus` target: a rule file per component, and tests per alert for promtool.

rules/<component>.yml      for `rule_files` of Prometheus
tests/<Alert>.test.yml     for `promtool test rules`
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.alerting.rule_data import group_data
from typedprom_codegen.alerting.rule_model import CompiledCatalog, RuleGroups
from typedprom_codegen.emit import GENERATED, OutputFile, Target
from typedprom_codegen.rule_tests import test_files
from typedprom_codegen.yaml_writer import to_yaml

__all__ = ["TARGET", "PrometheusOptions"]


@dataclass(frozen=True, slots=True)
class PrometheusOptions:
    """What `[tool.typedprom.prometheus]` can contain, beside the directory."""


def _emit(compiled: CompiledCatalog, _: PrometheusOptions) -> Iterator[OutputFile]:
    for file in compiled.files:
        yield OutputFile(f"rules/{file.stem}.yml", _rule_file(file))
    yield from test_files(compiled)


def _rule_file(file: RuleGroups) -> str:
    return to_yaml({"groups": [group_data(group) for group in file.groups]}, GENERATED)


TARGET: Final = Target("prometheus", PrometheusOptions, _emit)

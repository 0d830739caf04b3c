"""Which alerts silence which others while they fire.

Every rule names its alerts, so that those of other programs in one Alertmanager are left alone, and
an alert is never silenced by a less urgent one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.alerting.absence import follows
from typedprom_codegen.alerting.record_names import SLO_LABEL
from typedprom_codegen.alerting.rule_model import SEVERITY_LABEL, CompiledCatalog
from typedprom_codegen.emit.alertmanager.alert_matchers import equals, one_of, present
from typedprom_codegen.ir import Alert, Slo
from typedprom_codegen.yaml_writer import Commented, YamlData

ALERT: Final = "alertname"


@dataclass(frozen=True, slots=True)
class _Firing:
    """An alert of one severity, as Alertmanager sees it."""

    name: str
    severity: str
    source: Alert | Slo


def inhibitions(compiled: CompiledCatalog, equal: Sequence[str]) -> Iterator[YamlData]:
    """The rules, each with a comment; `equal` are labels that all of them compare."""
    severities = [severity.name for severity in compiled.catalog.severities]
    firing = list(dict.fromkeys(_firing(compiled)))
    yield from _of_objectives(firing, severities, equal)
    yield from _of_absence(firing, severities, equal)


def _firing(compiled: CompiledCatalog) -> Iterator[_Firing]:
    for rule in compiled.alerting_rules():
        yield _Firing(rule.name, rule.severity, rule.source)


def _of_objectives(
    firing: Sequence[_Firing], severities: Sequence[str], equal: Sequence[str]
) -> Iterator[YamlData]:
    """A fast burn of an objective's budget over a slow one."""
    mine = [each for each in firing if isinstance(each.source, Slo)]
    used = _used(mine, severities)
    for severity, later in _pairs(used):
        names = one_of(ALERT, dict.fromkeys(each.name for each in mine))
        comment = f"An objective whose alert is a {severity} needs no {' or '.join(later)} as well."
        yield Commented(
            comment,
            {
                "source_matchers": [names, equals(SEVERITY_LABEL, severity), present(SLO_LABEL)],
                "target_matchers": [names, one_of(SEVERITY_LABEL, later)],
                "equal": [SLO_LABEL, *equal],
            },
        )


def _of_absence(
    firing: Sequence[_Firing], severities: Sequence[str], equal: Sequence[str]
) -> Iterator[YamlData]:
    """Absence of a component's metrics, or of the catalog's, over what follows from it.

    Alerts on what happened, such as failures, stay: while they fire, there are metrics.
    """
    for absent in firing:
        later = severities[severities.index(absent.severity) :]
        names = dict.fromkeys(
            each.name
            for each in firing
            if each.severity in later and follows(each.source, absent.source)
        )
        if names:
            comment = (
                f"Where there are no metrics, {absent.name} says so, and these follow from it."
            )
            yield Commented(
                comment,
                {
                    "source_matchers": [
                        equals(ALERT, absent.name),
                        equals(SEVERITY_LABEL, absent.severity),
                    ],
                    "target_matchers": [one_of(ALERT, names), one_of(SEVERITY_LABEL, later)],
                    "equal": list(equal),
                },
            )


def _used(firing: Sequence[_Firing], severities: Sequence[str]) -> list[str]:
    """The severities of these alerts, the most urgent first."""
    found = {each.severity for each in firing}
    return [severity for severity in severities if severity in found]


def _pairs(severities: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Each severity with those that are less urgent, if there are any."""
    for index, severity in enumerate(severities[:-1], 1):
        yield severity, severities[index:]

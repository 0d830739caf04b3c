"""promtool's files of unit tests, as data and as YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from typedprom_codegen.alerting.notation import string
from typedprom_codegen.promql.nodes.number import duration
from typedprom_codegen.yaml_writer import YamlData, to_yaml

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class InputSeries:
    """A series and its samples, in promtool's notation."""

    series: str
    values: str


@dataclass(frozen=True, slots=True)
class ExpectedAlert:
    """An alert that fires, without the label `alertname`."""

    labels: Labels
    annotations: Labels


@dataclass(frozen=True, slots=True)
class FiringAlerts:
    """At a time, exactly these alerts of one name fire."""

    alert: str
    time: int
    expected: Sequence[ExpectedAlert] = ()


@dataclass(frozen=True, slots=True)
class QueryResult:
    """At a time, a query has exactly these results."""

    expr: str
    time: int
    expected: Sequence[tuple[str, int | Decimal]]  # series and value


@dataclass(frozen=True, slots=True)
class RuleTest:
    """One situation, and what the rules make of it."""

    name: str
    interval: int  # seconds between samples
    series: Sequence[InputSeries]
    alerts: Sequence[FiringAlerts] = field(default=())
    queries: Sequence[QueryResult] = field(default=())


@dataclass(frozen=True, slots=True)
class RuleTestFile:
    """Tests of rules in some files, which are evaluated every `interval` seconds.

    Without an order of the groups, promtool evaluates them in a different one each time.
    """

    rule_files: Sequence[str]
    groups: Sequence[str]
    interval: int
    tests: Sequence[RuleTest]

    def text(self, header: str) -> str:
        """The file, with a comment before it."""
        return to_yaml(
            {
                "rule_files": list(self.rule_files),
                "evaluation_interval": duration(self.interval),
                "group_eval_order": list(self.groups),
                "tests": [_test(test) for test in self.tests],
            },
            header,
        )


def series_text(name: str, labels: Labels) -> str:
    """A series in PromQL: `name{label="value"}`."""
    inside = ", ".join(f"{label}={string(value)}" for label, value in labels.items() if value)
    return f"{name}{{{inside}}}"


def _test(test: RuleTest) -> Mapping[str, YamlData]:
    document: dict[str, YamlData] = {
        "name": test.name,
        "interval": duration(test.interval),
        "input_series": [{"series": s.series, "values": s.values} for s in test.series],
    }
    if test.alerts:
        document["alert_rule_test"] = [_firing(check) for check in test.alerts]
    if test.queries:
        document["promql_expr_test"] = [_result(check) for check in test.queries]
    return document


def _firing(check: FiringAlerts) -> Mapping[str, YamlData]:
    at: dict[str, YamlData] = {"alertname": check.alert, "eval_time": duration(check.time)}
    expected: list[YamlData] = [
        {"exp_labels": dict(a.labels), "exp_annotations": dict(a.annotations)}
        for a in check.expected
    ]
    return at | ({"exp_alerts": expected} if expected else {})


def _result(check: QueryResult) -> Mapping[str, YamlData]:
    at: dict[str, YamlData] = {"expr": check.expr, "eval_time": duration(check.time)}
    samples: list[YamlData] = [{"labels": s, "value": value} for s, value in check.expected]
    return at | ({"exp_samples": samples} if samples else {})

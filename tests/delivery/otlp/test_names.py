"""OTLP: a series arrives under the name that it has in the catalog, whatever the receiver adds."""

from __future__ import annotations

from typing import Final, cast

import pytest

from sms_metrics_generated import CATALOG
from tests.support.otlp_names import STRATEGIES, Kind, Strategy, arrives_as
from typedprom.delivery.otlp_data import metrics_data
from typedprom.metrics.definition import Definition, Family
from typedprom.spool.definition_json import definition_of

MORE: Final = [
    Definition("x_total", "counter", "Nothing but the suffix."),
    Definition("x_bytes_total", "counter", "A counter with a unit.", unit="bytes"),
    Definition("x_milliseconds", "histogram", "Another unit.", unit="milliseconds", buckets=(1.0,)),
    Definition("x_ratio_of_y_ratio", "gauge", "Twice the word.", unit="ratio"),
    Definition("x_ratio_total", "counter", "A counter of ratios.", unit="ratio"),
    Definition("x_total", "gauge", "A gauge that sounds like a counter."),
    Definition("x_widgets", "gauge", "A unit nobody knows.", unit="widgets"),
    Definition("x_tiny_widgets_total", "counter", "A unit of two words.", unit="tiny_widgets"),
    Definition("x_build_info", "info", "An info."),
    Definition("x_mode", "stateset", "A stateset.", states=("on", "off")),
]


def sent_as(definition: Definition) -> tuple[str, str, Kind]:
    """The name, the unit and the kind under which a metric is sent."""
    size = len(definition.buckets) + 3 if definition.type == "histogram" else 2
    message = metrics_data([Family(definition, {(): [0.0] * size})], {"job": "sms"})
    (metric,) = message.resource_metrics[0].scope_metrics[0].metrics
    return metric.name, metric.unit or "", cast("Kind", type(metric.data).__name__)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_metric_of_sms_keeps_its_name(strategy: Strategy) -> None:
    definitions = [definition_of(metric) for metric in CATALOG.metrics.values()]
    assert definitions
    names = [definition.name for definition in definitions]
    assert [arrives_as(*sent_as(one), strategy) for one in definitions] == names


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("definition", MORE, ids=lambda definition: definition.help)
def test_a_metric_keeps_its_name(definition: Definition, strategy: Strategy) -> None:
    assert arrives_as(*sent_as(definition), strategy) == definition.name


@pytest.mark.parametrize(
    ("name", "arrives"),
    [("x_total_sent_total", "x_sent_total"), ("x__sent_total", "x_sent_total")],
)
def test_what_conventions_do_not_allow_is_changed_by_default(name: str, arrives: str) -> None:
    """As the module says; no name that we could send would prevent it."""
    default, *others = STRATEGIES
    sent = sent_as(Definition(name, "counter", "Sent."))
    assert arrives_as(*sent, default) == arrives
    assert {arrives_as(*sent, strategy) for strategy in others} == {name}

"""What a receiver gets of each type of metric, and of the group."""

from __future__ import annotations

import time
from collections.abc import Iterable

from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    AGGREGATION_TEMPORALITY_CUMULATIVE,
    NumberDataPoint,
)

from tests.delivery.otlp.receiver import (
    BEGAN,
    BUILD,
    GROUPING,
    LATENCY,
    MODE,
    QUEUE,
    REQUESTS,
    SENT,
    Receiver,
    deadline,
    family,
)
from typedprom.delivery.sinks.otlp import OTLP
from typedprom.metrics.definition import Definition, Family


def texts(attributes: Iterable[KeyValue]) -> dict[str, str]:
    return {one.key: one.value.string_value for one in attributes}


def numbers(points: Iterable[NumberDataPoint]) -> list[tuple[dict[str, str], float]]:
    return [(texts(point.attributes), point.as_double) for point in points]


def test_a_counter_arrives_whole(receiver: Receiver) -> None:
    before = time.time_ns()
    outcome = OTLP(receiver.endpoint, GROUPING).push([REQUESTS], deadline())
    assert outcome.delivered, outcome
    metric = receiver.metrics()["sms_requests_total"]
    assert (metric.description, metric.unit) == ("Requests.", "")
    assert metric.sum.is_monotonic
    assert metric.sum.aggregation_temporality == AGGREGATION_TEMPORALITY_CUMULATIVE
    assert numbers(metric.sum.data_points) == [({"source": "a"}, 5.0), ({"source": "b"}, 0.0)]
    assert [point.start_time_unix_nano for point in metric.sum.data_points] == [
        1_700_000_000_500_000_000,
        1_700_000_001_500_000_000,
    ]
    assert all(before <= point.time_unix_nano <= time.time_ns() for point in metric.sum.data_points)


def test_a_histogram_arrives_whole(receiver: Receiver) -> None:
    assert OTLP(receiver.endpoint, GROUPING).push([LATENCY], deadline()).delivered
    metric = receiver.metrics()["sms_latency_seconds"]
    assert metric.unit == "s"
    assert metric.histogram.aggregation_temporality == AGGREGATION_TEMPORALITY_CUMULATIVE
    (point,) = metric.histogram.data_points
    assert texts(point.attributes) == {"zone": "eu"}
    assert (point.count, point.sum) == (6, 4.25)
    assert list(point.bucket_counts) == [3, 2, 1]
    assert list(point.explicit_bounds) == [0.1, 1.0]
    assert point.start_time_unix_nano == 1_700_000_000_500_000_000
    assert not point.HasField("min")
    assert not point.HasField("max")


def test_a_sum_that_can_fall_is_left_out(receiver: Receiver) -> None:
    drift = family(
        Definition("sms_drift_seconds", "histogram", "Drift.", buckets=(-1.0, 1.0)),
        ({}, [BEGAN, 1.0, 0.0, 0.0, -3.0]),
    )
    assert OTLP(receiver.endpoint, GROUPING).push([drift], deadline()).delivered
    (point,) = receiver.metrics()["sms_drift_seconds"].histogram.data_points
    assert point.count == 1
    assert not point.HasField("sum")


def test_gauges_infos_and_statesets_arrive_as_gauges(receiver: Receiver) -> None:
    assert OTLP(receiver.endpoint, GROUPING).push([QUEUE, BUILD, MODE], deadline()).delivered
    metrics = receiver.metrics()
    assert numbers(metrics["sms_queue_fill_ratio"].gauge.data_points) == [({}, 0.5)]
    assert numbers(metrics["sms_build_info"].gauge.data_points) == [({"version": "1.2"}, 1.0)]
    assert numbers(metrics["sms_mode"].gauge.data_points) == [
        ({"zone": "eu", "sms_mode": "on"}, 0.0),
        ({"zone": "eu", "sms_mode": "off"}, 1.0),
    ]
    # The unit "1" would have a receiver append a `_ratio`, and another one take it away elsewhere.
    assert {metric.unit for metric in metrics.values()} == {""}


def test_a_state_that_is_not_in_the_set_arrives_as_invalid(receiver: Receiver) -> None:
    mode = family(MODE.definition, ({}, [9.0, -1.0]))
    assert OTLP(receiver.endpoint, GROUPING).push([mode], deadline()).delivered
    assert numbers(receiver.metrics()["sms_mode"].gauge.data_points) == [
        ({"sms_mode": "on"}, 0.0),
        ({"sms_mode": "off"}, 0.0),
        ({"sms_mode": "_invalid"}, 1.0),
    ]


def test_the_group_becomes_the_resource_and_labels_of_every_series(receiver: Receiver) -> None:
    sink = OTLP(receiver.endpoint, GROUPING | {"team": "ingest"})
    assert sink.push([SENT, LATENCY], deadline()).delivered
    (resource,) = receiver.requests[0].resource_metrics
    assert texts(resource.resource.attributes) == {
        "service.name": "ingester",
        "service.instance.id": "host-1",
        "team": "ingest",
    }
    (scope,) = resource.scope_metrics
    assert (scope.scope.name, scope.scope.version) == ("", "")
    metrics = receiver.metrics()
    (sent,) = metrics["sms_sent_bytes_total"].sum.data_points
    (latency,) = metrics["sms_latency_seconds"].histogram.data_points
    assert texts(sent.attributes) == {"team": "ingest"}
    assert texts(latency.attributes) == {"team": "ingest", "zone": "eu"}


def test_a_label_of_the_group_does_not_replace_that_of_a_series(receiver: Receiver) -> None:
    sink = OTLP(receiver.endpoint, GROUPING | {"zone": "us"})
    assert sink.push([LATENCY], deadline()).delivered
    (latency,) = receiver.metrics()["sms_latency_seconds"].histogram.data_points
    assert texts(latency.attributes) == {"exported_zone": "eu", "zone": "us"}


def test_a_metric_without_series_is_not_sent(receiver: Receiver) -> None:
    empty = Family(REQUESTS.definition, {})
    assert OTLP(receiver.endpoint, GROUPING).push([empty, SENT], deadline()).delivered
    assert list(receiver.metrics()) == ["sms_sent_bytes_total"]


def test_a_clock_that_was_put_back_does_not_make_counting_begin_in_the_future(
    receiver: Receiver,
) -> None:
    early = family(SENT.definition, ({}, [time.time() + 3600, 1.0]))
    assert OTLP(receiver.endpoint, GROUPING).push([early], deadline()).delivered
    (point,) = receiver.metrics()["sms_sent_bytes_total"].sum.data_points
    assert point.start_time_unix_nano == point.time_unix_nano

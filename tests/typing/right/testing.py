"""Tests that users write with typedprom.testing."""

import typedprom
from sms_metrics_generated import (
    HEARTBEAT,
    INGEST_LOG_ACTIVE_CONSUMERS,
    NORMALIZE_CONFIDENCE,
    PIPELINE_LAST_RUN_TIMESTAMP,
    SOURCES_REQUEST_DURATION,
    SOURCES_REQUESTS_ERROR,
    SOURCES_REQUESTS_SUCCESS,
    SourcesErrorType,
)
from typedprom.testing import Pushed, isolated, only_recorded, receiving, recorded, snapshot


def test_counters(error_type: SourcesErrorType) -> None:
    with recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp") as requests, recorded(HEARTBEAT) as h:
        pass
    assert requests.delta == 1
    assert h.delta >= 0.5
    requests.assert_nothing_else()
    with recorded(SOURCES_REQUESTS_ERROR, source_id="kexp", error_type=error_type) as errors:
        assert errors.delta + 1 == 1
    with recorded(SOURCES_REQUESTS_ERROR) as errors:
        pass
    assert errors.delta == 0
    assert errors.where(source_id="kexp").where(error_type="dns").delta == 0
    assert recorded(SOURCES_REQUESTS_ERROR).where(source_id="kexp").delta == 0


def test_gauges() -> None:
    with recorded(INGEST_LOG_ACTIVE_CONSUMERS) as consumers:
        pass
    assert consumers.delta == 0
    assert recorded(PIPELINE_LAST_RUN_TIMESTAMP, command="parse").value > 1e9
    assert recorded(PIPELINE_LAST_RUN_TIMESTAMP).where(command="parse").value > 1e9


def test_histograms() -> None:
    with recorded(SOURCES_REQUEST_DURATION, source_id="kexp") as duration:
        pass
    assert (duration.count, duration.sum) == (1, 0.25)
    assert duration.buckets == {0.5: 1}
    assert recorded(NORMALIZE_CONFIDENCE).count == 0


def test_the_rest() -> None:
    with isolated(), only_recorded(HEARTBEAT, SOURCES_REQUESTS_SUCCESS):
        before = snapshot()
    for change in snapshot().changes(before):
        print(change.metric.name, change.labels["source_id"], change.difference)


def test_pushes(pushed: Pushed, error_type: SourcesErrorType) -> None:
    assert pushed.recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp").delta == 1
    assert pushed.recorded(HEARTBEAT).delta >= 0.5
    assert pushed.recorded(SOURCES_REQUESTS_ERROR).where(error_type=error_type).delta == 1
    assert pushed.recorded(PIPELINE_LAST_RUN_TIMESTAMP, command="parse").value > 1e9
    assert pushed.recorded(SOURCES_REQUEST_DURATION, source_id="kexp").buckets == {0.5: 1}
    with receiving() as others, others.recorded(HEARTBEAT) as heartbeat:
        others.wait_for(1, timeout=5)
        arrived: bool = typedprom.deliver(timeout=5) and typedprom.deliver()
    assert arrived
    assert heartbeat.delta == 1
    assert others.environment["TYPEDPROM_PUSHGATEWAY_URL"] == others.url
    assert others.pushes[0].group["job"] == others.groups[0]["job"]
    assert others.samples["sms_heartbeat_total"] == 1


@isolated()
def test_isolated() -> None:
    with only_recorded():
        pass

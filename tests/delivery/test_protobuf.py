"""What a spool's families are as protobuf: by a decoder of its own, and by the real gateway."""

from __future__ import annotations

import http.client
import time
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.delivery import decoded
from tests.delivery.made import NOW, counter, families, gauge, histogram, one_of_each
from tests.support.needs import require_servers
from tools.running import Server, pushgateway
from typedprom.core.misuse import forget
from typedprom.exposition.negotiation import PROTOBUF
from typedprom.exposition.protobuf import ProtobufRenderer
from typedprom.metrics.definition import Definition, Family

TYPES = {"counter": 0, "gauge": 1, "histogram": 4, "info": 1, "stateset": 1}


@settings(deadline=None)
@given(families(), families())
def test_it_decodes_to_the_same_families(first: list[Family], then: list[Family]) -> None:
    renderer = ProtobufRenderer()
    for some in (first, then, then, first):
        read = decoded.families(renderer.render(some))
        assert [*map(_plain, read)] == [_expected(family) for family in some if family.series]


def _plain(family: decoded.Decoded) -> object:
    series = [
        # By `repr`, as NaN is not equal to NaN.
        (one.labels, one.kind, repr(one.value), one.count, one.buckets, _near(one.created))
        for one in family.series
    ]
    return family.name, family.help, family.type, family.unit, series


def _near(timestamp: float | None) -> float | None:
    return timestamp if timestamp is None else round(timestamp, 6)


def _expected(family: Family) -> object:
    definition = family.definition
    series: list[object] = []
    for labels, (timestamp, *numbers) in family.series.items():
        own = [*labels]
        if definition.type == "counter":
            series.append((own, "counter", repr(numbers[0]), 0, [], _near(timestamp)))
        elif definition.type == "histogram":
            *buckets, count = map(int, accumulate(numbers[:-1]))
            bounds = [*zip(definition.buckets, buckets, strict=True)]
            series.append((own, "histogram", repr(numbers[-1]), count, bounds, _near(timestamp)))
        elif definition.type == "stateset":
            states = [*enumerate(definition.states)]
            if numbers[0] < 0:
                states.append((-1, "_invalid"))
            for index, state in states:
                with_state = sorted((*own, (definition.name, state)))
                value = repr(float(index == numbers[0]))
                series.append((with_state, "gauge", value, 0, [], None))
        else:
            series.append((own, "gauge", repr(numbers[0]), 0, [], None))
    return definition.name, definition.help, TYPES[definition.type], definition.unit, series


def test_nothing_began_later_than_now() -> None:
    before = time.time()
    (family,) = decoded.families(
        ProtobufRenderer().render(
            [Family(Definition("x_c_total", "counter", "h"), {(): [before + 1e6, 1.0]})]
        )
    )
    created = family.series[0].created
    assert created is not None
    assert before - 1 <= created <= time.time()


@pytest.mark.parametrize(
    "bad",
    [
        gauge(a="\udc80"),
        counter('x"_total'),
        Family(
            Definition("x_h", "histogram", "h", buckets=(1.0,)),
            {(): [NOW, -1.0, 0.0, float("nan")]},
        ),
        Family(
            Definition("x_h", "histogram", "h", buckets=(1.0,)), {(): [NOW, float("inf"), 0.0, 1.0]}
        ),
        Family(
            Definition("x_h", "histogram", "h", buckets=(1.0,)), {(): [NOW, float("nan"), 0.0, 1.0]}
        ),
    ],
)
def test_what_cannot_be_written_is_left_out_and_said_once(
    bad: Family, caplog: pytest.LogCaptureFixture
) -> None:
    undo = forget()
    good, renderer = counter("x_good_total"), ProtobufRenderer()
    for _ in range(2):
        assert renderer.render([good, bad]) == ProtobufRenderer().render([good])
    undo()
    (message,) = caplog.messages
    assert "is not delivered" in message


def test_the_real_gateway_exposes_it_with_created_timestamps(tmp_path: Path) -> None:
    require_servers()
    with pushgateway(tmp_path) as gateway:
        body = ProtobufRenderer().render(one_of_each())
        assert _asked(gateway, "PUT", "/metrics/job/j", body) == (200, b"")
        status, exposed = _asked(gateway, "GET", "/metrics")
        assert status == 200
        by_name = {
            family.name: family for family in decoded.families(exposed) if family.name[:2] == "x_"
        }
        _, plain = _asked(gateway, "GET", "/metrics", accept="text/plain")
    assert sorted(by_name) == ["x_build_info", "x_c_total", "x_g", "x_h_seconds", "x_phase"]
    (total,) = by_name["x_c_total"].series
    assert (total.value, total.created) == (5.0, NOW)
    assert ("source", "a") in total.labels
    (times,) = by_name["x_h_seconds"].series
    assert (times.count, times.value, times.created) == (6, 9.5, NOW)
    assert times.buckets[:2] == [(0.1, 1), (1.0, 3)]
    lines = plain.decode().splitlines()
    for line in (
        'x_c_total{instance="",job="j",source="a"} 5',
        'x_g{instance="",job="j"} 2.5',
        'x_h_seconds_bucket{instance="",job="j",le="+Inf"} 6',
        'x_build_info{instance="",job="j",version="1.2"} 1',
        'x_phase{instance="",job="j",x_phase="up"} 1',
        'x_phase{instance="",job="j",x_phase="starting"} 0',
        "# TYPE x_c_total counter",
        "# TYPE x_phase gauge",
    ):
        assert line in lines


def _asked(
    gateway: Server, method: str, path: str, body: bytes = b"", accept: str = PROTOBUF.content_type
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=30)
    headers = {"Content-Type": PROTOBUF.content_type, "Accept": accept}
    connection.request(method, path, body, headers)
    with connection.getresponse() as response:
        answer = response.status, response.read()
    connection.close()
    return answer


def test_histograms_that_can_be_negative_keep_their_sum() -> None:
    definition = Definition("x_h", "histogram", "h", buckets=(-1.0, 1.0))
    body = ProtobufRenderer().render([Family(definition, {(): [NOW, 1.0, 1.0, 0.0, -4.0]})])
    (family,) = decoded.families(body)
    assert family.series[0].value == -4.0
    assert decoded.families(ProtobufRenderer().render([histogram()]))[0].unit == "seconds"

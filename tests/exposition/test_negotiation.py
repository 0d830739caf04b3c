"""The format a scrape gets is prometheus_client's choice, refined where that ignores q."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from tests.exposition.exposed import counter_by_two, fresh, theirs
from tests.exposition.scraping import (
    PROMETHEUS_2_42,
    PROMETHEUS_2_53,
    PROMETHEUS_2_53_CREATED,
    PROMETHEUS_3_5,
    PROMETHEUS_3_5_CREATED,
)
from typedprom.exposition.negotiation import (
    OPENMETRICS,
    PROTOBUF,
    TEXT,
    accepts_gzip,
    choose_format,
)

OF_PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily"
OPENMETRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
LIKE_THEIRS = [
    "",
    "*/*",
    "text/plain",
    "text/plain; version=0.0.4",
    "text/plain; version=1.0.0",
    "text/plain;version=1.0.0;escaping=dots",
    "text/plain;version=1.0.0;escaping=nonsense",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "application/openmetrics-text",
    "application/openmetrics-text; version=0.0.1",
    "application/openmetrics-text; version=1.0.0; charset=utf-8",
    "application/openmetrics-text; version=1.0.0; escaping=values",
    "application/openmetrics-text;colour=red;version=1.0.0",
    "text/plain, application/openmetrics-text",
    "application/json, application/openmetrics-text ; q=0.1",
    ";;,,=;",
    PROMETHEUS_2_42,
    PROMETHEUS_2_53,
    PROMETHEUS_3_5,
]


@pytest.mark.parametrize("accept", LIKE_THEIRS)
def test_as_prometheus_client_chooses(accept: str) -> None:
    registry = CollectorRegistry()
    counter = counter_by_two(fresh())
    counter.inc(source_id="a", error_type="dns")
    registry.register(counter)
    encoder, content_type = choose_encoder(accept)
    format = choose_format(accept)
    assert format.content_type == content_type
    assert theirs(registry, format) == encoder(registry).decode()


entries = st.tuples(
    st.sampled_from(["text/plain", "application/openmetrics-text", "text/html", "*/*"]),
    st.sampled_from(["", ";version=0.0.4", ";version=1.0.0"]),
    st.sampled_from(["", ";escaping=allow-utf-8", ";escaping=dots", ";x=y"]),
).map("".join)


@given(st.lists(entries))
def test_as_prometheus_client_chooses_among_equals(accepted: list[str]) -> None:
    accept = ",".join(accepted)
    assert choose_format(accept).content_type == choose_encoder(accept)[1]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/plain;q=1,application/openmetrics-text;q=0.5", TEXT),
        ("text/plain;q=0.5,application/openmetrics-text;q=1", OPENMETRICS),
        ("application/openmetrics-text;q=0,text/plain", TEXT),
        ("application/openmetrics-text;q=0.000", TEXT),
        ("application/openmetrics-text;q=nonsense", OPENMETRICS),
        ("text/plain;q=0.90001,application/openmetrics-text;Q=0.9", TEXT),
        ("text/plain;q=1,application/openmetrics-text;q=1.5", OPENMETRICS),
        ("text/plain;q=.5,application/openmetrics-text;q=.4", TEXT),
        ('application/openmetrics-text;version="0.0.1",text/plain;q=0.1', TEXT),
        ("text/plain;q=0", TEXT),  # none of ours: the one that everybody reads
        ("application/json", TEXT),
        ("*/*", TEXT),
        ("text/*", TEXT),
        ("application/*", OPENMETRICS),
        ("*/*;q=0.1,application/openmetrics-text;q=0.2", OPENMETRICS),
        ("*/*;q=0.2,application/openmetrics-text;q=0.1", TEXT),
        ("text/plain;q=0,*/*;q=0.1", OPENMETRICS),
        ("text/plain;q=0,application/openmetrics-text;q=0,*/*", PROTOBUF),
        (PROMETHEUS_2_53_CREATED, PROTOBUF),
        (PROMETHEUS_3_5_CREATED, PROTOBUF),
        (f"{OF_PROTOBUF};encoding=delimited", PROTOBUF),
        (f"{OF_PROTOBUF};encoding=text", TEXT),
        (OF_PROTOBUF, TEXT),
        ("application/vnd.google.protobuf;encoding=delimited", TEXT),
        (f"{OF_PROTOBUF};encoding=delimited;q=0.1,text/plain", TEXT),
        (f"text/plain,{OF_PROTOBUF};encoding=delimited", PROTOBUF),
        (f"application/openmetrics-text,{OF_PROTOBUF};encoding=delimited", OPENMETRICS),
        ("APPLICATION/OpenMetrics-Text", OPENMETRICS),
        ("application/openmetrics-text;version=abc", TEXT),  # theirs raises TypeError
        ("application/openmetrics-text;version=1.x.0", TEXT),
        ("application/openmetrics-text;version=" + "9" * 5000, TEXT),
    ],
)
def test_quality_and_malformed_offers(accept: str, expected: object) -> None:
    assert choose_format(accept) is expected


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("version=2.0.0", "; escaping=underscores"),
        ("version=2.0.0;escaping=allow-utf-8", "; escaping=allow-utf-8"),
        ("version=2.0.0;q=0.5,text/plain;q=0.4", "; escaping=underscores"),
        ("version=2.0.0,application/openmetrics-text;version=1.0.0", "; escaping=underscores"),
        ('version="1.0.0"', "; escaping=underscores"),
        ("", ""),
    ],
)
def test_openmetrics_is_named_as_it_is_written(accept: str, content_type: str) -> None:
    format = choose_format(f"application/openmetrics-text;{accept}")
    assert (format.syntax, format.content_type) == ("openmetrics", OPENMETRICS_TYPE + content_type)


def test_protobuf_is_escaped_as_it_is_asked_for() -> None:
    format = choose_format(f"{OF_PROTOBUF};encoding=delimited;escaping=dots")
    assert (format.syntax, format.escaping) == ("protobuf", "dots")
    assert format.content_type == f"{PROTOBUF.content_type}; escaping=dots"


@given(st.text() | st.text(alphabet='*/;,q=.01 "abc'))
def test_no_header_breaks_it(header: str) -> None:
    choose_format(header)
    accepts_gzip(header)


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("", False),
        ("gzip", True),
        ("GZIP;q=0.5", True),
        ("deflate, gzip", True),
        ("gzip;q=0", False),
        ("gzip;q=0.5, identity", False),
        ("gzip, identity;q=0.5", True),
        ("identity", False),
        ("xgzip", False),
        ("*", False),
    ],
)
def test_gzip_only_when_asked(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted

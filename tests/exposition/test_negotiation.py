"""The format a scrape gets is prometheus_client's choice, refined where that ignores q."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from tests.exposition.exposed import counter_by_two, fresh, theirs
from typedprom.exposition.negotiation import OPENMETRICS, TEXT, accepts_gzip, choose_format

PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,"
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
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
    "application/openmetrics-text; version=2.0.0; escaping=values",
    "application/openmetrics-text;colour=red;version=1.0.0",
    "text/plain, application/openmetrics-text",
    "application/json, application/openmetrics-text ; q=0.1",
    ";;,,=;",
    PROMETHEUS_2,
    PROMETHEUS_3,
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
    st.sampled_from(["", ";version=0.0.4", ";version=1.0.0", ";version=2.0.0"]),
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
        ("APPLICATION/OpenMetrics-Text", OPENMETRICS),
        ("application/openmetrics-text;version=abc", TEXT),  # theirs raises TypeError
        ("application/openmetrics-text;version=1.x.0", TEXT),
        ("application/openmetrics-text;version=" + "9" * 5000, TEXT),
    ],
)
def test_quality_and_malformed_offers(accept: str, expected: object) -> None:
    assert choose_format(accept) is expected


@given(st.text())
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
        ("identity", False),
        ("xgzip", False),
        ("*", False),
    ],
)
def test_gzip_only_when_asked(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted

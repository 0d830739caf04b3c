"""Definitions and constants of the first draft of the catalog, as independent data."""

from __future__ import annotations

from typing import NamedTuple


class Draft(NamedTuple):
    """One metric of the draft."""

    name: str
    type: str
    labels: tuple[str, ...]
    panel: str
    queries: tuple[tuple[str, str], ...]
    aggregations: tuple[str, ...]


def _quantile(quantile: str) -> str:
    return f"histogram_quantile({quantile}, rate(sms_sources_request_duration_seconds_bucket[5m]))"


DEFINITIONS = {
    "sources.requests.success": Draft(
        "sms_sources_requests_success_total",
        "counter",
        ("source_id",),
        "timeseries",
        (("Rate per minute", "rate(sms_sources_requests_success_total[5m]) * 60"),),
        ("sum", "rate"),
    ),
    "sources.requests.error": Draft(
        "sms_sources_requests_error_total",
        "counter",
        ("source_id", "error_type"),
        "timeseries",
        (("Error rate", "rate(sms_sources_requests_error_total[5m]) * 60"),),
        ("sum", "rate"),
    ),
    "sources.request.duration": Draft(
        "sms_sources_request_duration_seconds",
        "histogram",
        ("source_id",),
        "timeseries",
        (("p50", _quantile("0.50")), ("p95", _quantile("0.95")), ("p99", _quantile("0.99"))),
        ("histogram_quantile",),
    ),
    "gateway.envelopes.accepted": Draft(
        "sms_gateway_envelopes_accepted_total",
        "counter",
        ("source_id",),
        "timeseries",
        (("Acceptance rate", "rate(sms_gateway_envelopes_accepted_total[5m]) * 60"),),
        ("sum", "rate"),
    ),
}

CONSTANTS = {
    "SOURCES_REQUESTS_SUCCESS": "sources.requests.success",
    "SOURCES_REQUESTS_ERROR": "sources.requests.error",
    "SOURCES_REQUEST_DURATION": "sources.request.duration",
    "GATEWAY_ENVELOPES_ACCEPTED": "gateway.envelopes.accepted",
    "GATEWAY_ENVELOPES_DEDUPLICATED": "gateway.envelopes.deduplicated",
    "GATEWAY_CAS_WRITES_SUCCESS": "gateway.cas.writes.success",
    "INGEST_LOG_WRITES_SUCCESS": "ingest_log.writes.success",
    "INGEST_LOG_WRITES_ERROR": "ingest_log.writes.error",
    "INGEST_LOG_CURRENT_FILE_SIZE": "ingest_log.current_file.size",
}

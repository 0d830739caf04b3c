"""Narrowed strings, iteration over closed sets, and the catalog at run time."""

from typing import Final

import sms_metrics_generated as metrics
from sms_metrics_generated import (
    CATALOG,
    SOURCES_ERROR_TYPE_VALUES,
    SOURCES_REQUESTS_ERROR,
    SourcesErrorType,
    is_sources_error_type,
)

FALLBACK: Final[SourcesErrorType] = "body"
CAUSES: Final[dict[int, SourcesErrorType]] = {404: "http_4xx", 500: "http_5xx"}


def record(status: int, text: str) -> None:
    SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type=CAUSES.get(status, FALLBACK))
    if is_sources_error_type(text):
        SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type=text)
    for cause in SOURCES_ERROR_TYPE_VALUES:
        metrics.SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type=cause)


def described() -> list[str]:
    return [f"{CATALOG.namespace}: {metric.name}" for metric in CATALOG.metrics.values()]

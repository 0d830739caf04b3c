"""Sources: metrics of `sources`.

Fetching. Registry entries are loaded, cadences checked, endpoints of venues requested.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import Counter

from ._catalog import CATALOG
from ._labels import (
    SOURCE_ID_LABEL,
    SOURCES_DECISION_LABEL,
    SOURCES_ERROR_TYPE_LABEL,
    SOURCES_REGISTRY_ERROR_TYPE_LABEL,
)
from ._signatures import (
    CounterBySourceId,
    CounterBySourceIdSourcesDecision,
    CounterBySourceIdSourcesErrorType,
    CounterBySourcesRegistryErrorType,
    HistogramBySourceId,
)

SOURCES_REQUESTS_SUCCESS: Final = CounterBySourceId(
    CATALOG,
    component="sources",
    key="sources.requests.success",
    name="sms_sources_requests_success_total",
    help="Requests to a source with a usable payload as the response.",
    labels=(SOURCE_ID_LABEL,),
    owner="sms",
)
"""Requests to a source with a usable payload as the response.

Counter `sms_sources_requests_success_total`.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.
"""

SOURCES_REQUESTS_ERROR: Final = CounterBySourceIdSourcesErrorType(
    CATALOG,
    component="sources",
    key="sources.requests.error",
    name="sms_sources_requests_error_total",
    help=(
        "Requests to a source that failed, counted when the last retry has failed. If it rises for "
        "one source, the cause is that site; for all sources, our network."
    ),
    labels=(SOURCE_ID_LABEL, SOURCES_ERROR_TYPE_LABEL),
    owner="sms",
)
"""Requests to a source that failed, counted when the last retry has failed. If it rises for one
source, the cause is that site; for all sources, our network.

Counter `sms_sources_requests_error_total`.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.
- `error_type`: Why the request failed. One of `timeout`, `dns`, `connect`, `tls`, `http_4xx`,
  `http_5xx`, `body`.
"""

SOURCES_REQUEST_DURATION: Final = HistogramBySourceId(
    CATALOG,
    component="sources",
    key="sources.request.duration",
    name="sms_sources_request_duration_seconds",
    help="Time from sending a request to a source until its response was read or it failed.",
    labels=(SOURCE_ID_LABEL,),
    unit="seconds",
    buckets=(0.1, 0.5, 1.0, 2.5, 5.0, 10.0),
    owner="sms",
)
"""Time from sending a request to a source until its response was read or it failed.

Histogram `sms_sources_request_duration_seconds`, in seconds.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.

Buckets up to 0.1, 0.5, 1, 2.5, 5, 10.
"""

SOURCES_PAYLOAD_BYTES: Final = HistogramBySourceId(
    CATALOG,
    component="sources",
    key="sources.payload.bytes",
    name="sms_sources_payload_bytes",
    help=(
        "Size of a payload as a source sent it. A sudden drop is often an error page with status "
        "200."
    ),
    labels=(SOURCE_ID_LABEL,),
    unit="bytes",
    buckets=(
        256.0,
        1024.0,
        4096.0,
        16384.0,
        65536.0,
        262144.0,
        1048576.0,
        4194304.0,
        16777216.0,
        67108864.0,
    ),
    owner="sms",
)
"""Size of a payload as a source sent it. A sudden drop is often an error page with status 200.

Histogram `sms_sources_payload_bytes`, in bytes.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.

Buckets up to 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864.
"""

SOURCES_REGISTRY_LOADS_SUCCESS: Final = Counter(
    CATALOG,
    key="sources.registry.loads.success",
    name="sms_sources_registry_loads_success_total",
    help="Registry entries of sources that were read and are valid.",
    owner="sms",
)
"""Registry entries of sources that were read and are valid.

Counter `sms_sources_registry_loads_success_total`.
"""

SOURCES_REGISTRY_LOADS_ERROR: Final = CounterBySourcesRegistryErrorType(
    CATALOG,
    key="sources.registry.loads.error",
    name="sms_sources_registry_loads_error_total",
    help="Requested registry entries that are missing or invalid. Their sources are not fetched.",
    labels=(SOURCES_REGISTRY_ERROR_TYPE_LABEL,),
    owner="sms",
)
"""Requested registry entries that are missing or invalid. Their sources are not fetched.

Counter `sms_sources_registry_loads_error_total`.

Labels:

- `error_type`: What is wrong with the registry entry. One of `missing`, `invalid`.
"""

SOURCES_CADENCE_CHECKS: Final = CounterBySourceIdSourcesDecision(
    CATALOG,
    component="sources",
    key="sources.cadence.checks",
    name="sms_sources_cadence_checks_total",
    help="Decisions whether a source is fetched in this run, by result.",
    labels=(SOURCE_ID_LABEL, SOURCES_DECISION_LABEL),
    owner="sms",
)
"""Decisions whether a source is fetched in this run, by result.

Counter `sms_sources_cadence_checks_total`.

Labels:

- `source_id`: The venue or station that the data comes from, by the name of its registry file
  (kexp, neumos). At most 100 distinct values.
- `decision`: due: the source is fetched now; skipped: it was fetched too recently; bypassed: it is
  fetched anyway, because the command was told to. One of `due`, `skipped`, `bypassed`.
"""

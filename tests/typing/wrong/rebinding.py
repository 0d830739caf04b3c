"""Constants that are bound again. A checker reports the first rebinding of a name."""

from sms_metrics_generated import (
    CATALOG,
    HEARTBEAT,
    PIPELINE_DURATION,
    SOURCES_ERROR_TYPE_VALUES,
    SOURCES_REQUESTS_ERROR,
    SOURCES_REQUESTS_SUCCESS,
)

print(CATALOG, HEARTBEAT, PIPELINE_DURATION, SOURCES_ERROR_TYPE_VALUES, SOURCES_REQUESTS_SUCCESS)

# E: mypy[assignment,misc] pyright[reportConstantRedefinition,reportGeneralTypeIssues] ty[invalid-assignment] pyrefly[bad-assignment]
SOURCES_REQUESTS_SUCCESS = SOURCES_REQUESTS_ERROR
# E: mypy[assignment,misc] pyright[reportConstantRedefinition,reportGeneralTypeIssues] ty[invalid-assignment] pyrefly[bad-assignment]
HEARTBEAT = 3
# E: mypy[misc] pyright[reportConstantRedefinition,reportGeneralTypeIssues] ty[invalid-assignment] pyrefly[bad-assignment]
PIPELINE_DURATION = PIPELINE_DURATION
# E: mypy[assignment,misc] pyright[reportConstantRedefinition,reportGeneralTypeIssues] ty[invalid-assignment] pyrefly[bad-assignment]
CATALOG = None
# E: mypy[misc] pyright[reportConstantRedefinition,reportGeneralTypeIssues] ty[invalid-assignment] pyrefly[bad-assignment]
SOURCES_ERROR_TYPE_VALUES = ("timeout",)

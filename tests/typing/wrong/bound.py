"""Wrong use of the handles that `labels()` returns."""

from sms_metrics_generated import (
    PIPELINE_LAST_RUN_TIMESTAMP,
    SOURCES_REQUEST_DURATION,
    SOURCES_REQUESTS_SUCCESS,
)

requests = SOURCES_REQUESTS_SUCCESS.labels(source_id="kexp")
# E: mypy[call-arg] pyright[reportCallIssue] ty[unknown-argument] pyrefly[unexpected-keyword]
requests.inc(source_id="kexp")
# E: mypy[arg-type] pyright[reportArgumentType] ty[invalid-argument-type] pyrefly[bad-argument-type]
requests.inc("1")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
requests.dec()
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
requests.labels(source_id="kexp")

duration = SOURCES_REQUEST_DURATION.labels(source_id="kexp")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
duration.inc()
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[bad-argument-count]
duration.observe()
# E: mypy[call-arg] pyright[reportCallIssue] ty[unknown-argument] pyrefly[unexpected-keyword]
duration.observe(0.2, source_id="kexp")

last_run = PIPELINE_LAST_RUN_TIMESTAMP.labels(command="parse")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
last_run.observe(1.0)
# E: mypy[call-arg] pyright[reportCallIssue] ty[missing-argument] pyrefly[bad-argument-count]
last_run.set()

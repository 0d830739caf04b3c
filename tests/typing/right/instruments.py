"""Context managers, decorators, exemplars and removal keep every signature."""

from collections.abc import AsyncIterator, Iterator

from sms_metrics_generated import (
    HEARTBEAT,
    INGEST_LOG_ACTIVE_CONSUMERS,
    INGEST_LOG_CONSUMER_LAG_BYTES,
    NORMALIZE_CONFIDENCE,
    PIPELINE_ERRORS,
    PIPELINE_LAST_RUN_TIMESTAMP,
    SOURCES_REQUEST_DURATION,
    SOURCES_REQUESTS_ERROR,
    SOURCES_REQUESTS_SUCCESS,
)


@SOURCES_REQUEST_DURATION.time(source_id="kexp")
def fetch(url: str, *, retries: int = 3) -> bytes:
    return url.encode() * retries


@NORMALIZE_CONFIDENCE.time()
async def fetch_soon(url: str) -> bytes:
    return url.encode()


@INGEST_LOG_ACTIVE_CONSUMERS.track_inprogress()
def lines(text: str) -> Iterator[str]:
    yield text


@SOURCES_REQUESTS_ERROR.count_exceptions({TimeoutError: "timeout"}, source_id="kexp")
async def stream(text: str) -> AsyncIterator[str]:
    yield text


class Client:
    @HEARTBEAT.count_exceptions((KeyError, OSError))
    def get(self, key: str) -> int:
        return len(key)


async def use() -> int:
    body: bytes = fetch("a", retries=2) + await fetch_soon("b")
    first: str = next(lines("c"))
    async for text in stream("d"):
        first += text
    with PIPELINE_ERRORS.count_exceptions({ValueError: "config"}, command="parse"):
        pass
    with SOURCES_REQUESTS_SUCCESS.count_exceptions(KeyError, source_id="kexp"):
        pass
    return Client().get(first) + len(body)


def record_with_options() -> None:
    HEARTBEAT.inc(1, exemplar={"trace_id": "a"})
    HEARTBEAT.inc(exemplar=None)
    SOURCES_REQUESTS_SUCCESS.labels(source_id="kexp").inc(exemplar={"trace_id": "a"})
    SOURCES_REQUEST_DURATION.labels(source_id="kexp").observe(0.1, exemplar={"trace_id": "a"})
    PIPELINE_LAST_RUN_TIMESTAMP.set_to_current_time(command="parse")
    INGEST_LOG_CONSUMER_LAG_BYTES.set_function(lambda: 3, consumer="parser")
    INGEST_LOG_CONSUMER_LAG_BYTES.labels(consumer="parser").set_function(None)
    INGEST_LOG_ACTIVE_CONSUMERS.set_function(float)


def remove() -> None:
    SOURCES_REQUESTS_ERROR.remove(source_id="kexp", error_type="dns")
    SOURCES_REQUESTS_ERROR.clear()
    HEARTBEAT.clear()

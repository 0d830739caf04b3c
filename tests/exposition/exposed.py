"""What the tests of the exposition share: registries, and prometheus_client's own output."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString  # pyright: ignore[reportUnknownVariableType]

from tests.runtime.sample._signatures import CounterBySourceIdErrorType, HistogramBySourceId
from typedprom import Catalog, OpenLabel
from typedprom.exposition.cell_renderer import RegistryRenderer
from typedprom.exposition.negotiation import OPENMETRICS, TEXT, Format

SOURCE_ID = OpenLabel("source_id", help="", budget=1_000_000)
ERROR_TYPE = OpenLabel("error_type", help="", budget=1_000_000)

_format = cast("Callable[[float], str]", floatToGoString)
_openmetrics = cast("Callable[[Collector, str], bytes]", openmetrics.generate_latest)


def fresh() -> Catalog:
    """A catalog without metrics."""
    return Catalog(namespace="x", title="", description="", interface=1)


def counter_by_two(catalog: Catalog) -> CounterBySourceIdErrorType:
    """A counter by any source and any error type."""
    return CounterBySourceIdErrorType(
        catalog, key="c", name="x_c_total", help="h", labels=(SOURCE_ID, ERROR_TYPE)
    )


def histogram_by_source(catalog: Catalog) -> HistogramBySourceId:
    """A histogram by any source."""
    return HistogramBySourceId(
        catalog, key="h", name="x_h_seconds", help="h", labels=(SOURCE_ID,), buckets=(0.1, 0.75)
    )


def theirs(registry: Collector, format: Format) -> str:
    """The exposition by prometheus_client."""
    if format.syntax == "text":
        return as_go(generate_latest(registry, format.escaping).decode())
    return as_go(_openmetrics(registry, format.escaping).decode())


def as_go(text: str) -> str:
    """The text with exponents as Go writes them: before 0.26, prometheus_client wrote `1e+010`."""
    return text if _format(1e10) == "1e+10" else re.sub(r"e\+0(\d\d)", r"e+\1", text)


def assert_same(renderer: RegistryRenderer, registry: CollectorRegistry) -> None:
    """Both formats are what prometheus_client makes of the registry, to the byte."""
    for format in (TEXT, OPENMETRICS):
        assert as_go(renderer.render(registry, format).decode()) == theirs(registry, format)

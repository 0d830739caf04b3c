"""The public names of typedprom: what generated packages are made of."""

from typedprom.core.environment import Environment
from typedprom.metrics.amounts import ONE
from typedprom.metrics.catalog import INTERFACE, Catalog, ExternalMetric
from typedprom.metrics.cells import CounterCell, GaugeCell, GaugeFunction, HistogramCell
from typedprom.metrics.context_managers import (
    Causes,
    ExceptionCounter,
    Exceptions,
    InProgress,
    Timer,
)
from typedprom.metrics.instruments import (
    Counter,
    Gauge,
    Histogram,
    Info,
    LabelledCounter,
    LabelledGauge,
    LabelledHistogram,
    LabelledStateSet,
    StateSet,
)
from typedprom.metrics.labels import ClosedLabel, OpenLabel, PatternLabel
from typedprom.metrics.text_cells import InfoCell, StateSetCell
from typedprom.serving import TLS, asgi_app, serve, wsgi_app

# After the import of the package of the same name, which would take its place.
from typedprom.startup import deliver, exposition, job

__all__ = [
    "INTERFACE",
    "ONE",
    "TLS",
    "Catalog",
    "Causes",
    "ClosedLabel",
    "Counter",
    "CounterCell",
    "Environment",
    "ExceptionCounter",
    "Exceptions",
    "ExternalMetric",
    "Gauge",
    "GaugeCell",
    "GaugeFunction",
    "Histogram",
    "HistogramCell",
    "InProgress",
    "Info",
    "InfoCell",
    "LabelledCounter",
    "LabelledGauge",
    "LabelledHistogram",
    "LabelledStateSet",
    "OpenLabel",
    "PatternLabel",
    "StateSet",
    "StateSetCell",
    "Timer",
    "asgi_app",
    "deliver",
    "exposition",
    "job",
    "serve",
    "wsgi_app",
]

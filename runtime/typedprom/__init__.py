"""The public names of typedprom: what generated packages are made of."""

from typedprom.amounts import ONE
from typedprom.blocks import Causes, ExceptionCounter, Exceptions, InProgress
from typedprom.catalog import INTERFACE, Catalog, ExternalMetric
from typedprom.cells import CounterCell, GaugeCell, GaugeFunction, HistogramCell
from typedprom.core.environment import Environment
from typedprom.instruments import Counter, Gauge, Histogram
from typedprom.jobs import job
from typedprom.labelled import LabelledCounter, LabelledGauge, LabelledHistogram
from typedprom.labels import ClosedLabel, OpenLabel, PatternLabel
from typedprom.serving import TLS, asgi_app, serve, wsgi_app
from typedprom.text_cells import InfoCell, StateSetCell
from typedprom.text_kinds import Info, LabelledStateSet, StateSet
from typedprom.timer import Timer

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
    "job",
    "serve",
    "wsgi_app",
]

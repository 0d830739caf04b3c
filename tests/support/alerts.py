"""A catalog with alerts of every form, made by hand, and what rules are made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.catalogs import compiled
from typedprom_codegen.alerting import with_rules
from typedprom_codegen.alerting.rule_model import AlertingRule, CompiledCatalog, RecordingRule, Rule
from typedprom_codegen.diagnostics import Span
from typedprom_codegen.ir import (
    SEVERITIES,
    Alert,
    Catalog,
    Form,
    Indicator,
    LabelValues,
    Links,
    Metric,
    Ratio,
    RatioForm,
    RatioIndicator,
    RunbookText,
    Schedule,
    SelectedSeries,
    Slo,
)
from typedprom_codegen.queries.checked import QueryOptions

HOUR = 3600
DAY = 24 * HOUR

CATALOG = """\
catalog: {namespace: shop, title: Web shop, owner: shop-team}
labels:
  command:
    help: The command.
    domain: {kind: closed, values: [importer, packer, weekly]}
  source:
    help: The source.
    domain: {kind: open, budget: 100}
"""
COMPONENT = """\
component: {name: orders, title: Orders}
labels:
  kind:
    help: The kind of error.
    domain: {kind: closed, values: [disk, network, other]}
metrics:
  reads.success: {type: counter, help: Reads that succeeded., labels: [source]}
  reads.error: {type: counter, help: Reads that failed., labels: [source, kind]}
  checks: {type: counter, help: Sources that were due., labels: [source]}
  beats: {type: counter, help: Beats of the heart.}
  lag: {type: gauge, unit: bytes, help: Bytes that wait., labels: [source]}
  duration:
    type: histogram
    unit: seconds
    help: How long a run took.
    labels: [command]
    buckets: {kind: explicit, bounds: [1, 60, 600]}
  ran: {type: gauge, unit: seconds, help: When a command ran., labels: [command]}
"""


@cache
def catalog() -> Catalog:
    """The catalog without alerts, with two hourly programs and a weekly one."""
    with TemporaryDirectory() as folder:
        files = {"catalog.yaml": CATALOG, "orders.yaml": COMPONENT}
        plain = compiled(Path(folder), files).whole
    schedules = tuple(
        Schedule("command", value, every, plain.span)
        for value, every in (("importer", HOUR), ("packer", HOUR), ("weekly", 7 * DAY))
    )
    links = Links("https://books.example/{alert}", "https://graphs.example/d/{dashboard}")
    return replace(plain, schedules=schedules, links=links)


def hourly() -> Catalog:
    """The catalog without its weekly program."""
    return replace(catalog(), schedules=catalog().schedules[:2])


def metric(local_key: str) -> Metric:
    return next(m for m in catalog().metrics() if m.local_key == local_key)


def selected(local_key: str, **where: str | tuple[str, ...]) -> SelectedSeries:
    """Some series of a metric, with these values of labels."""
    chosen = (
        LabelValues(label, (values,) if isinstance(values, str) else values)
        for label, values in where.items()
    )
    return SelectedSeries(metric(local_key), tuple(chosen))


def except_(found: SelectedSeries, label: str, *values: str) -> SelectedSeries:
    return replace(found, unless=(*found.unless, LabelValues(label, values)))


def nowhere(*_: str | int) -> Span:
    return Span("orders.yaml", 1, 1, 1, 2)


def alert(form: Form, *by: str, key: str = "broken") -> Alert:
    return Alert(
        key=key,
        name="Shop" + "".join(word.capitalize() for word in key.split("_")),
        component="orders",
        form=form,
        by=by,
        severity=SEVERITIES[1],
        hold=0,
        keep=0,
        summary="",
        description="",
        runbook=RunbookText(),
        owner="shop-team",
        is_derived=False,
        span=nowhere(),
        where=nowhere,
    )


def reads() -> Ratio:
    bad, good = metric("reads.error"), metric("reads.success")
    return Ratio("orders.reads", "reads", (bad,), (good,), (), nowhere(), nowhere)


def ratio_form(over: int = 6 * HOUR, above: str = "0.5", least: int = 3) -> RatioForm:
    return RatioForm(
        reads(),
        (selected("reads.error"),),
        (selected("reads.success"),),
        (),
        over,
        Decimal(above),
        least,
    )


def ratio_indicator() -> RatioIndicator:
    form = ratio_form()
    return RatioIndicator(form.ratio, form.bad, form.good, form.whole)


def slo(indicator: Indicator, objective: str = "0.95") -> Slo:
    return Slo(
        key="reading",
        name="ShopReadingBudgetBurn",
        component="orders",
        indicator=indicator,
        objective=Decimal(objective),
        window=28 * DAY,
        least=3,
        help="Sources are read.",
        runbook=RunbookText(),
        owner="shop-team",
        span=nowhere(),
        where=nowhere,
    )


def compile_alerts(
    *alerts: Alert,
    slos: Sequence[Slo] = (),
    of: Catalog | None = None,
    options: QueryOptions | None = None,
) -> CompiledCatalog:
    """The rules of the catalog, or of another one, with these alerts and objectives."""
    declared = replace(of or catalog(), alerts=alerts, slos=tuple(slos))
    return with_rules(declared, options or QueryOptions())


def rules(compiled_catalog: CompiledCatalog) -> list[Rule]:
    return list(compiled_catalog.rules())


def alerting(compiled_catalog: CompiledCatalog) -> list[AlertingRule]:
    return list(compiled_catalog.alerting_rules())


def recording(compiled_catalog: CompiledCatalog) -> dict[str, RecordingRule]:
    return {rule.name: rule for rule in rules(compiled_catalog) if isinstance(rule, RecordingRule)}

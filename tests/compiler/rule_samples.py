"""A catalog with rules, made by hand: what output targets are given, with any text in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tests.support.catalogs import compiled
from typedprom_codegen.alerting.rule_model import (
    WHOLE_CATALOG,
    AlertingRule,
    CompiledCatalog,
    RecordingRule,
    RuleGroup,
    RuleGroups,
)
from typedprom_codegen.ir import (
    SEVERITIES,
    AbsentForm,
    Alert,
    AlertSeverity,
    AnyForm,
    Catalog,
    Form,
    Metric,
    RunbookText,
    SelectedSeries,
)

HEADER = "catalog: {namespace: shop, title: Web shop, owner: shop-team}\n"
ORDERS = """\
component: {name: orders, title: Orders}
labels:
  reason: {help: Why it failed., domain: {kind: closed, values: [card, limit]}}
  country: {help: Where to., domain: {kind: open, budget: 10}}
metrics:
  failed: {type: counter, help: Orders that failed., labels: [country, reason]}
"""


def sample(folder: Path, words: str = "Orders fail.") -> CompiledCatalog:
    """Return a catalog whose alerts say `words` wherever an author can write."""
    catalog = compiled(folder, {"catalog.yaml": HEADER, "orders.yaml": ORDERS}).whole
    (metric,) = catalog.metrics()
    any_form = AnyForm(SelectedSeries(metric), 3600, Decimal(0))
    absent = AbsentForm(SelectedSeries(metric), 3600)
    alerts = (
        alert("failing", "ShopFailing", any_form, SEVERITIES[0], words, metric),
        alert("failing_more", "ShopFailing", any_form, SEVERITIES[1], words, metric),
        alert("absent", "ShopAbsent", absent, SEVERITIES[0], words, metric, component=None),
    )
    whole = replace(catalog, alerts=alerts, description=words)
    return CompiledCatalog(whole, tuple(files(whole, words)))


def alert(
    key: str,
    name: str,
    form: Form,
    severity: AlertSeverity,
    words: str,
    metric: Metric,
    component: str | None = "orders",
) -> Alert:
    """Return an alert."""
    return Alert(
        key=key,
        name=name,
        component=component,
        form=form,
        by=() if isinstance(form, AbsentForm) else ("country",),
        severity=severity,
        hold=300,
        keep=600,
        summary=words,
        description=words,
        runbook=RunbookText(do=words, lost=words, silence=words),
        owner="shop-team",
        is_derived=False,
        span=metric.span,
        where=metric.where,
    )


def files(catalog: Catalog, words: str) -> Iterator[RuleGroups]:
    """Yield rule files for these alerts."""
    record = "country:shop_orders_failed:increase1h"
    count = RecordingRule(
        record, "sum by (country) (increase(shop_orders_failed_total[1h]))", (), None
    )
    first, second, absent = catalog.alerts
    yield RuleGroups(
        WHOLE_CATALOG,
        (RuleGroup("shop", 60, (rule(absent, "absent(shop_orders_failed_total)", words),)),),
    )
    rules = (count, rule(first, f"{record} > 10", words), rule(second, f"{record} > 0.5", words))
    yield RuleGroups("orders", (RuleGroup("shop-orders", 60, rules),))


def rule(alert: Alert, expr: str, words: str) -> AlertingRule:
    """Return the rule of an alert; `words` are not executed: braces are escaped for Go."""
    escaped = words.replace("{{", '{{ "{{" }}')
    return AlertingRule(
        alert.name,
        expr,
        alert.hold,
        alert.keep,
        (("severity", alert.severity.name), ("owner", "shop-team")),
        (("summary", escaped), ("description", escaped)),
        alert,
    )

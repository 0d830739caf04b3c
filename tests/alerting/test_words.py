"""What alerts say about metrics where the catalog says nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.alerts import alert, alerting, catalog, compile_alerts, metric, selected
from typedprom_codegen.alerting.forms.words import failed, words
from typedprom_codegen.ir import Alert, AnyForm, GaugeForm, Side


@pytest.mark.parametrize(
    ("key", "unit", "shown", "failing"),
    [
        ("log.consumer.lag.bytes", "bytes", "log consumer lag", ""),
        ("bytes", "bytes", "bytes", ""),
        ("parser.parser_runs", None, "parser runs", ""),
        ("orders.reads.error", None, "orders reads error", "orders reads failed"),
        ("orders.errors", None, "orders errors", ""),
        ("error", None, "error", ""),
    ],
)
def test_words_of_a_metric(key: str, unit: str | None, shown: str, failing: str) -> None:
    named = replace(metric("beats"), key=key, unit=unit)
    assert words(named) == shown
    assert failed(named) == failing


@pytest.mark.parametrize(
    ("key", "above", "summary"),
    [
        ("reads.error", 0, "Orders reads failed within 1h"),
        ("reads.error", 1, "Orders reads failed more than once within 1h"),
        ("reads.error", 5, "Orders reads failed more than 5 times within 1h"),
        ("beats", 5, "Orders beats increased by more than 5 within 1h"),
    ],
)
def test_a_summary_says_what_failed(key: str, above: int, summary: str) -> None:
    made = alert(AnyForm(selected(key), 3600, Decimal(above)))
    assert texts(made)["summary"] == summary


def test_a_description_begins_with_the_value() -> None:
    made = alert(GaugeForm(selected("lag"), Side.ABOVE, Decimal(1024)))
    assert texts(made)["description"] == "It is {{ $value | humanize1024 }}B. Bytes that wait."


def texts(made: Alert) -> dict[str, str]:
    (rule,) = alerting(compile_alerts(made, of=catalog()))
    return dict(rule.annotations)

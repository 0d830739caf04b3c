"""The SMS package has exactly the metrics of production."""

from __future__ import annotations

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

import sms_metrics_generated as sms
from tests.sms.inventory import CLOSED_SETS, DEPRECATED, INVENTORY, REMOVAL
from typedprom import ClosedLabel, OpenLabel

BY_NAME = {metric.name: metric for metric in sms.CATALOG.metrics.values()}


def test_the_metrics_are_exactly_those_of_the_inventory() -> None:
    assert sorted(BY_NAME) == sorted(INVENTORY)


@pytest.mark.parametrize("name", INVENTORY)
def test_type_unit_and_labels_are_those_of_production(name: str) -> None:
    metric = BY_NAME[name]
    labels = tuple(label.name for label in metric.signature)
    assert (metric.type, metric.unit or "", labels) == INVENTORY[name]


@pytest.mark.parametrize("name", INVENTORY)
def test_constant_is_the_name_in_upper_case(name: str) -> None:
    constant = name.removeprefix("sms_").removesuffix("_total").removesuffix("_seconds").upper()
    if name == "sms_ingest_log_current_file_bytes":  # named by the first draft of the catalog
        constant = "INGEST_LOG_CURRENT_FILE_SIZE"
    assert getattr(sms, constant) is BY_NAME[name]
    assert constant in sms.__all__


def test_deprecated_metrics_are_declared_with_their_replacement_and_not_recorded() -> None:
    names = {metric.key: metric.name for metric in sms.CATALOG.metrics.values()}
    declared = {
        metric.name: (names[metric.replaced_by or ""], metric.removal)
        for metric in sms.CATALOG.external
    }
    assert declared == {name: (now, REMOVAL) for name, now in DEPRECATED.items()}
    exposed = {family.name for family in text_string_to_metric_families(generate_latest().decode())}
    assert not exposed & {name.removesuffix("_total") for name in DEPRECATED}


@pytest.mark.parametrize("name", CLOSED_SETS)
def test_closed_sets_are_those_of_the_table(name: str) -> None:
    values = {
        label.name: set(label.values)
        for label in BY_NAME[name].signature
        if isinstance(label, ClosedLabel)
    }
    assert values.items() >= CLOSED_SETS[name].items()


def test_source_id_is_open_to_a_hundred_sources_and_declared_once() -> None:
    declared = {
        id(label): label
        for metric in BY_NAME.values()
        for label in metric.signature
        if label.name == "source_id"
    }
    (label,) = declared.values()
    assert isinstance(label, OpenLabel)
    assert label.budget == 100


@pytest.mark.parametrize("label", ["error_type", "command", "warning_type", "strategy"])
def test_reasons_and_commands_are_closed_sets(label: str) -> None:
    used = [each for metric in BY_NAME.values() for each in metric.signature if each.name == label]
    assert used
    assert all(isinstance(each, ClosedLabel) for each in used)


def test_request_errors_have_the_reasons_of_the_table() -> None:
    named = ("timeout", "dns", "connect", "tls", "http_4xx", "http_5xx", "body")
    assert set(named) <= set(sms.SOURCES_ERROR_TYPE_VALUES)


def test_request_duration_has_the_buckets_of_production() -> None:
    sms.SOURCES_REQUEST_DURATION.labels(source_id="kexp")
    bounds = _bounds("sms_sources_request_duration_seconds")
    assert bounds == (0.1, 0.5, 1.0, 2.5, 5.0, 10.0)


@pytest.mark.parametrize("name", [n for n, entry in INVENTORY.items() if entry.unit == "ratio"])
def test_ratios_are_divided_between_zero_and_one(name: str) -> None:
    bounds = _bounds(name)
    assert len(bounds) == 10
    assert (bounds[0], bounds[-1]) == (0.1, 1.0)


def _bounds(name: str) -> tuple[float, ...]:
    """Return the exposed bounds of a histogram, without `+Inf`."""
    (family,) = BY_NAME[name].collect()
    bounds = dict.fromkeys(s.labels["le"] for s in family.samples if s.name == f"{name}_bucket")
    return tuple(float(bound) for bound in bounds if bound != "+Inf")


def test_help_says_more_than_the_name() -> None:
    for metric in BY_NAME.values():
        words = set(metric.name.split("_"))
        said = {word.strip(".,").lower() for word in metric.help.split()}
        assert len(said - words) >= 3, f"{metric.name}: {metric.help}"
        assert metric.help.endswith("."), metric.name

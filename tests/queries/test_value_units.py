"""Units: what arithmetic makes of them, and which surely cannot be compared."""

import pytest

from tests.queries.shop import type_of
from typedprom_codegen.queries.value_units import (
    EVENTS_UNIT,
    PLAIN,
    SECONDS_UNIT,
    Unit,
    base,
    differ,
)

BYTES = base("bytes")
PER_SECOND = Unit({"events": 1, "seconds": -1})


def test_equal_units_are_a_plain_number_when_divided() -> None:
    assert BYTES.per(BYTES) == PLAIN
    assert EVENTS_UNIT.per(SECONDS_UNIT) == PER_SECOND
    assert SECONDS_UNIT.per(EVENTS_UNIT) == SECONDS_UNIT
    assert BYTES.times(EVENTS_UNIT) == BYTES
    assert PER_SECOND.times(SECONDS_UNIT) == EVENTS_UNIT
    assert PER_SECOND.per(PER_SECOND) == PLAIN
    assert BYTES.to_power(2) == Unit({"bytes": 2})
    assert BYTES.to_power(0.5) is None


def test_numbers_are_factors() -> None:
    assert PLAIN.scaled(100) == base("percent")
    assert SECONDS_UNIT.scaled(1000) == base("milliseconds")
    assert BYTES.scaled(0) is None
    assert BYTES.scaled(float("inf")) is None


def test_huge_powers_and_factors_are_not_known() -> None:
    unit: Unit | None = BYTES
    for _ in range(100):
        unit = unit.times(BYTES) if unit is not None else None
    assert unit is None
    tiny: Unit | None = BYTES
    for _ in range(100):
        tiny = tiny.scaled(1e300) if tiny is not None else None
    assert tiny is None
    assert Unit({"bytes": 1}, 1e300).to_power(19) is None


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("shop_memory_bytes", "shop_last_import_timestamp_seconds"),
        ("rate(shop_received_bytes_total[5m])", "shop_memory_bytes"),
        ("increase(shop_requests_total[5m])", "rate(shop_requests_total[5m])"),
        ("time()", "shop_memory_bytes"),
        ("histogram_quantile(0.9, rate(shop_latency_seconds_bucket[5m]))", "shop_share_ratio"),
        ("shop_memory_bytes / shop_memory_bytes", "shop_memory_bytes"),
    ],
)
def test_these_cannot_be_compared(left: str, right: str) -> None:
    assert differ(type_of(left).unit, type_of(right).unit)
    assert differ(type_of(right).unit, type_of(left).unit)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("shop_memory_bytes", "1024"),
        ("shop_memory_bytes", "nobody_knows"),
        ("shop_waiting", "shop_requests_total"),
        ("increase(shop_requests_total[5m])", "rate(shop_requests_total[5m]) * 300"),
        ("increase(shop_requests_total[5m])", "rate(shop_requests_total[5m]) * 5m"),
        ("rate(shop_busy_seconds_total[5m])", "shop_share_ratio"),
        ("count(shop_memory_bytes)", "increase(shop_requests_total[5m])"),
        ("time() - shop_last_import_timestamp_seconds", "5m"),
        ("rate(shop_requests_total[5m])", "sum(rate(shop_latency_seconds_count[5m]))"),
        (
            "rate(shop_latency_seconds_sum[5m]) / rate(shop_latency_seconds_count[5m])",
            "histogram_quantile(0.9, rate(shop_latency_seconds_bucket[5m]))",
        ),
        ("shop_memory_bytes * 0.004", "shop_last_import_timestamp_seconds * 0.03"),
        ("shop_memory_bytes * 0", "shop_last_import_timestamp_seconds"),
        ("shop_memory_bytes * on (job) group_left () shop_build_info", "shop_memory_bytes"),
        ("shop_memory_bytes / 1024 / 1024", "shop_memory_bytes"),
    ],
)
def test_these_can_be_compared(left: str, right: str) -> None:
    assert not differ(type_of(left).unit, type_of(right).unit)

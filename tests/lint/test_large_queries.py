"""The time of the rules on queries grows with the size of a query, not with its square."""

from __future__ import annotations

import time

import pytest

from tests.support.queries import Case, diagnostics_of

SIZE = 5_000
LIMIT = 5.0  # seconds; with work of the square of the size, each takes 5 to 15
BUCKETS = "rate(shop_request_duration_seconds_bucket[5m])"
FAILED = "rate(shop_orders_failed_total[5m])"
PLACED = "rate(shop_orders_placed_total[5m])"
LARGE = {
    "rates": "+".join([PLACED] * SIZE),
    "fallbacks": "shop_requests_refused_total" + " or on () vector(0)" * SIZE,
    "quantiles": "histogram_quantile(0.9,sum(" * SIZE + BUCKETS + "))" * SIZE,
    "matchings": "shop_mode" + " * ignoring (shop_mode) shop_mode" * SIZE,
    "ratios": "sum(" * SIZE + FAILED + f"/{PLACED})" * SIZE,
    "subqueries": "rate(sum(" * SIZE + "shop_orders_placed_total" + ")[5m:])" * SIZE,
    "comparisons": "(" * SIZE + FAILED + " >= 0)" * SIZE,
    "absences": " or ".join(["absent(shop_carts_open)"] * SIZE),
    "parentheses": "(" * SIZE + PLACED + ")" * SIZE + " or vector(0)" * SIZE,
}


@pytest.mark.alone
@pytest.mark.parametrize("shape", LARGE)
@pytest.mark.parametrize("alert", [{}, {"for": 0.0}], ids=["panel", "alert"])
def test_a_large_query_takes_little_time(shape: str, alert: dict[str, float]) -> None:
    diagnostics_of(Case("shop_carts_open"))  # reads the catalog
    begin = time.process_time()
    diagnostics_of(Case(LARGE[shape], alert=alert))
    assert time.process_time() - begin < LIMIT

"""The first error of a source that has succeeded before is what `increase()` shows."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from tests.delivery.gateway import Delivering
from tests.support.needs import require_servers
from tools.promql_api import Api, wait_until
from tools.running import prometheus

SUCCEED = """
from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS
SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
"""
ANNOUNCE = 'from sms_metrics_generated import CATALOG; CATALOG.announce(source_id=["kexp"])'
FAIL = """
from sms_metrics_generated import SOURCES_REQUESTS_ERROR
SOURCES_REQUESTS_ERROR.inc(source_id="kexp", error_type="timeout")
"""
ERRORS = 'sms_sources_requests_error_total{source_id="kexp", error_type="timeout"}'


@pytest.mark.parametrize("first", [SUCCEED, ANNOUNCE], ids=["succeeded", "announced"])
def test_the_first_error_in_a_later_run_is_an_increase(
    first: str, delivering: Delivering, tmp_path: Path
) -> None:
    require_servers()
    folder = tmp_path / "prometheus"
    folder.mkdir()
    quick = replace(delivering, more={"TYPEDPROM_PUSH_SECONDS": "0"})
    with prometheus(folder, {"pushgateway": delivering.port}) as server:
        api = Api(server.port)

        def wait_for(query: str, value: float) -> None:
            wait_until(lambda: api.value(query) == value, seconds=30, what=f"{query} = {value}")

        assert math.isnan(api.value(ERRORS))
        quick.run(first)
        wait_for(ERRORS, 0.0)
        quick.run(FAIL)
        wait_for(ERRORS, 1.0)
        wait_until(lambda: api.value(f"increase({ERRORS}[1m])") > 0, seconds=30, what="an increase")
        assert api.value("count(sms_sources_requests_error_total > 0)") == 1.0


def test_without_a_zero_before_it_the_first_error_is_no_increase(
    delivering: Delivering, tmp_path: Path
) -> None:
    require_servers()
    folder = tmp_path / "prometheus"
    folder.mkdir()
    with prometheus(folder, {"pushgateway": delivering.port}) as server:
        api = Api(server.port)
        delivering.run(FAIL)
        scrapes = f"count_over_time({ERRORS}[1m])"
        wait_until(lambda: api.value(scrapes) >= 3, seconds=30, what="three scrapes")
        assert (api.value(ERRORS), api.value(f"increase({ERRORS}[1m])")) == (1.0, 0.0)

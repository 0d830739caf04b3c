"""Metrics pushed with an instance are on the dashboards with all variables set to All."""

from __future__ import annotations

import math
from pathlib import Path

from tests.support.grafana import substituted
from tests.support.needs import require_servers
from tests.support.programs import run_python
from tools.promql_api import Api, wait_until
from tools.running import prometheus, pushgateway

JOB = """
import sys
from prometheus_client import REGISTRY, push_to_gateway
from sms_metrics_generated import HEARTBEAT

HEARTBEAT.inc(5)
push_to_gateway(sys.argv[1], "ingester", REGISTRY, grouping_key={"instance": "host-1"})
"""

ON_A_DASHBOARD = 'sms_heartbeat_total{job=~"$job", instance=~"$instance"}'


def test_a_pushed_counter_is_found_by_the_matchers_of_a_dashboard(tmp_path: Path) -> None:
    require_servers()
    with (
        pushgateway(tmp_path) as gateway,
        prometheus(tmp_path, {"pushgateway": gateway.port}) as server,
    ):
        done = run_python("-c", JOB, gateway.address)
        assert done.returncode == 0, done.stderr
        api = Api(server.port)
        query = substituted(ON_A_DASHBOARD)
        wait_until(lambda: not math.isnan(api.value(query)), seconds=20, what="the pushed series")
        (answer,) = api.query(query)
    assert answer.value == 5
    assert (answer.labels["job"], answer.labels["instance"]) == ("ingester", "host-1")

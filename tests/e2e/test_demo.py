"""`make demo`, and the queries of every dashboard, evaluated by the Prometheus that scraped it."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from examples.demo import GOOD_SCRAPE
from tests.sms.inventory import INVENTORY
from tests.support.grafana import Target, offers, substituted, targets
from tests.support.needs import require_servers
from tests.support.programs import ROOT, run_python
from tools.promql_api import Api
from tools.running import prometheus

DASHBOARDS = sorted((ROOT / "generated" / "grafana" / "dashboards").rglob("*.json"))


@dataclass(frozen=True, slots=True)
class Demo:
    """A finished demo: its output, and a Prometheus with the data scraped until `scraped`."""

    status: int
    output: str
    errors: str
    seconds: float
    scraped: float  # time of the last successful scrape
    api: Api


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    require_servers()
    folder = tmp_path_factory.mktemp("demo")
    started = time.time()
    done = run_python("-m", "examples.demo", "--data", str(folder / "data"))
    seconds = time.time() - started
    with prometheus(folder, {}, data=folder / "data") as server:
        api = Api(server.port)
        scraped = api.value(GOOD_SCRAPE)
        yield Demo(done.returncode, done.stdout, done.stderr, seconds, scraped, api)


def test_prometheus_returns_what_the_program_counted(demo: Demo) -> None:
    assert demo.status == 0, demo.output + demo.errors
    rows = {line.split()[0]: line for line in demo.output.splitlines() if line.endswith(" equal")}
    for name, entry in INVENTORY.items():
        query = {
            "counter": f"sum({name})",
            "gauge": f"max({name})",
            "histogram": f"sum({name}_count)",
        }[entry.type]
        assert query in rows
    assert demo.output.splitlines()[-1].startswith(f"{len(INVENTORY)} metrics")
    assert demo.output.splitlines()[-1].endswith(" 0 metrics differ")


def test_demo_ends_in_time(demo: Demo) -> None:
    assert demo.seconds < 40


def test_demo_was_scraped_often_enough_for_rates(demo: Demo) -> None:
    assert demo.api.value('count_over_time(up{job="sms"}[5m])', at=demo.scraped) >= 3


def test_the_last_scrape_time_is_that_of_a_sample(demo: Demo) -> None:
    assert demo.api.value('timestamp(up{job="sms"})', at=demo.scraped) == demo.scraped


def test_there_are_dashboards() -> None:
    assert DASHBOARDS


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_every_query_of_the_dashboard_is_answered_with_data(path: Path, demo: Demo) -> None:
    found = targets(json.loads(path.read_text(encoding="utf-8")))
    assert found
    silent = [each for each in found if not _is_answered(each, demo)]
    assert not silent, "\n".join(f"{each.panel}: {each.expr}" for each in silent)


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_every_variable_of_the_dashboard_offers_values(path: Path, demo: Demo) -> None:
    queries = offers(json.loads(path.read_text(encoding="utf-8")))
    assert {"job", "instance"} <= queries.keys()
    for name, query in queries.items():
        values = [a.labels for a in demo.api.query(substituted(query), at=demo.scraped)]
        assert any(values), name


def _is_answered(target: Target, demo: Demo) -> bool:
    answers = demo.api.query(substituted(target.expr), at=demo.scraped)
    return any(not math.isnan(answer.value) for answer in answers)

"""Generated tests pass for catalogs with little, with odd schedules, and with odd options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.rule_tests.tested_catalogs import NOTHING_STATED, generated, words
from typedprom_codegen.queries.checked import QueryOptions

METRICS: Final = """\
component: {name: orders, title: Orders}
labels:
  store: {domain: {kind: open, budget: 10}, help: Store.}
metrics:
  errors: {type: counter, help: Errors., labels: [store]}
  done: {type: counter, help: Done., labels: [store]}
  lag: {type: gauge, help: Lag., labels: [store]}
  ran.timestamp: {type: gauge, unit: seconds, help: Ran., labels: [command]}
ratios: {orders: {bad: [errors], good: [done]}}
"""
LABELS: Final = """
labels:
  command: {domain: {kind: closed, values: [tick, weekly]}, help: Command.}
"""
FORMS: Final = """
alerts:
  failing: {any: errors, over: 1h, by: [store], for: 7m, keep: 13m}
  ratio: {ratio: orders, over: 30m, above: 12.5%, least: 2, for: 1m}
  lag: {gauge: lag, above: 3, for: 90s, keep: 5m}
  silent: {silent: done, over: 30m, for: 5m}
"""


@dataclass(frozen=True)
class OddCatalog:
    """What is declared beside `catalog:` and in a component, and what the project states."""

    declared: str = FORMS
    header: str = "catalog: {namespace: shop, title: Shop}"
    options: QueryOptions = NOTHING_STATED


OBJECTIVE: Final = "slos: {orders: {ratio: orders, objective: 99%, do: Look.}}\n"
EVERY_MINUTE: Final = """\
catalog: {namespace: shop, title: Shop, schedules: {command: {tick: 1m, weekly: 7d}}}
"""

EVERY_WEEK: Final = EVERY_MINUTE.replace("tick: 1m", "tick: 1h")
OF_WEEKS: Final = """\
alerts:
  chosen: {never: ran.timestamp, where: {command: [weekly]}}
  others: {never: ran.timestamp, except: {command: [weekly]}}
  days: {late: ran.timestamp, where: {command: [weekly]}, after: 8d}
  silent: {silent: done}
"""

CATALOGS: Final = {
    "no alerts": OddCatalog(""),
    "one alert": OddCatalog("alerts: {failing: {any: errors, over: 6h}}\n"),
    "one objective": OddCatalog(OBJECTIVE),
    "no namespace": OddCatalog(header='catalog: {namespace: "", title: Shop}'),
    "evaluated every second": OddCatalog(options=QueryOptions(evaluation_interval=1)),
    "evaluated every 7 minutes": OddCatalog(options=QueryOptions(evaluation_interval=420)),
    "evaluated every hour": OddCatalog(
        "alerts: {failing: {any: errors, over: 1h}}\n",
        options=QueryOptions(evaluation_interval=3600),
    ),
    "before keep_firing_for": OddCatalog(options=QueryOptions(version=(2, 40))),
    "Prometheus 3": OddCatalog(options=QueryOptions(version=(3, 5))),
    "every minute, every week": OddCatalog(
        "alerts: {failing: {any: errors}, silent: {silent: done, over: 10m}}\n",
        header=EVERY_MINUTE,
    ),
    "every hour, every week": OddCatalog(OF_WEEKS, header=EVERY_WEEK),
}


FAST: Final = ("no alerts", "one alert", "one objective", "no namespace")


@pytest.mark.parametrize(
    "name",
    [name if name in FAST else pytest.param(name, marks=pytest.mark.slow) for name in CATALOGS],
)
def test_generated_tests_pass(name: str, tmp_path: Path) -> None:
    odd = CATALOGS[name]
    files = {"catalog.yaml": odd.header + LABELS, "orders.yaml": METRICS + odd.declared}
    generated(files, tmp_path, odd.options)
    assert words(tmp_path) == []

"""Catalogs with alerts of all forms, and their generated rules and tests in a folder."""

from __future__ import annotations

from pathlib import Path

from tests.support.catalogs import compiled
from tests.support.promtool_values import promtool
from tools.servers import Build
from typedprom_codegen.alerting import with_rules
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.emit.prometheus import TARGET, PrometheusOptions
from typedprom_codegen.mutate.promtool import Promtool
from typedprom_codegen.queries.checked import QueryOptions

Files = dict[str, str]
NOTHING_STATED = QueryOptions()

SHOP: Files = {
    "catalog.yaml": """\
catalog:
  namespace: shop
  title: Web shop
  owner: shop-team
  schedules: {command: {import: 1h}}
  runbooks: https://example.org/runbooks/{alert}
labels:
  command: {domain: {kind: closed, values: [import, export]}, help: Command.}
""",
    "orders.yaml": """\
component: {name: orders, title: Orders}
labels:
  store: {domain: {kind: open, budget: 10}, help: The store.}
  kind: {domain: {kind: closed, values: [timeout, dns, interrupted]}, help: What failed.}
metrics:
  errors: {type: counter, help: Errors., labels: [store, kind]}
  done: {type: counter, help: Orders done., labels: [store]}
  loads: {type: counter, help: Loads.}
alerts:
  failing:
    any: errors
    over: 6h
    by: [store]
    except: {kind: [interrupted]}
    for: 15m
    keep: 2h
    severity: ticket
    summary: "Store {{ $labels.store }} fails: {{ $value }}"
  loading: {any: loads, over: 75m, above: 2, for: 5m, severity: ticket}
  kinds: {any: errors, over: 2h, where: {kind: [dns, timeout]}, severity: ticket}
""",
    "payments.yaml": """\
component: {name: payments, title: Payments}
labels:
  store: {domain: {kind: open, budget: 10}, help: The store.}
metrics:
  error: {type: counter, help: Payments that failed., labels: [store]}
  success: {type: counter, help: Payments., labels: [store]}
  tries: {type: counter, help: Tries.}
  repeats: {type: counter, help: Tries again.}
ratios:
  payments: {bad: [error], good: [success]}
alerts:
  ratio:
    {ratio: payments, over: 6h, by: [store], above: 50%, least: 3, for: 15m, severity: ticket}
  all_ratio: {ratio: payments, over: 6h, above: 30%, least: 5, severity: ticket}
  quiet: {silent: success, while: error, by: [store], over: 1d, severity: ticket}
  fewer:
    {fewer: success, than: 30%, before: 7d, by: [store], over: 1d, least: 20, severity: ticket}
  fewer_of: {fewer: success, than: 50%, of: [tries, repeats], over: 6h, severity: ticket}
""",
    "storage.yaml": """\
component: {name: storage, title: Storage}
labels:
  store: {domain: {kind: open, budget: 10}, help: The store.}
metrics:
  beats: {type: counter, help: Beats.}
  last.run.timestamp: {type: gauge, unit: seconds, help: Last., labels: [command]}
  lag: {type: gauge, unit: bytes, help: Lag., labels: [store]}
alerts:
  lag: {gauge: lag, by: [store], above: 64MiB, for: 15m, severity: ticket}
  low: {gauge: lag, below: 0.5, severity: ticket}
  silent: {silent: beats, over: 5m, for: 5m, severity: ticket}
  gone: {absent: beats, over: 1h, severity: ticket}
  expr:
    expr: "shop_storage_lag_bytes > 10"
    by: [store]
    severity: ticket
    tests:
      - name: big
        series: [{series: 'shop_storage_lag_bytes{store="a"}', values: '1x5 11x5'}]
        quiet: [5m]
        fires: [6m]
        labels: {store: a}
""",
    "packing.yaml": """\
component: {name: packing, title: Packing}
labels:
  store: {domain: {kind: open, budget: 10}, help: The store.}
metrics:
  duration:
    type: histogram
    unit: seconds
    help: Duration.
    labels: [store]
    buckets: {kind: explicit, bounds: [0.5, 5, 10]}
alerts:
  slow: {quantile: duration, at: 90%, by: [store], over: 1d, above: 5, severity: ticket}
slos:
  fast:
    {of: duration, below: 5s, objective: 90%, window: 2d, help: Orders are fast., do: Look.}
""",
    "deliveries.yaml": """\
component: {name: deliveries, title: Deliveries}
metrics:
  success: {type: counter, help: Deliveries.}
  error: {type: counter, help: Deliveries that failed.}
ratios:
  deliveries: {bad: [error], good: [success]}
slos:
  delivering:
    {ratio: deliveries, objective: 95%, least: 5, help: Orders arrive., do: Look.}
""",
}

ODD: Files = {
    "catalog.yaml": """\
catalog:
  namespace: odd
  title: Odd
  constant_labels: {region: 'a "b" \\ c'}
  severities: {urgent: Now.}
  schedules: {program: {hourly: 1h, nightly: 8h, "every (8h)": 8h}}
labels:
  program:
    {domain: {kind: closed, values: [hourly, nightly, "every (8h)"]}, help: Program.}
""",
    "first.yaml": """\
component: {name: first, title: First}
labels:
  by_: {domain: {kind: closed, values: [only]}, help: One value.}
  reason:
    domain:
      kind: closed
      values: ['a|b', 'c.d', 'say "no"', '{{ $value }}', 'ü 🙂', "two\\nlines", 'back\\s']
    help: "{{ not a template }} `x` % \\" '"
metrics:
  bad: {type: counter, help: "Bad. {{ $labels.x }} {{ if }}", labels: [reason, by_]}
  all: {type: counter, help: All., labels: [by_]}
  time.spent: {type: counter, unit: seconds, help: Time.}
  temperature: {type: gauge, unit: celsius, help: Temperature., labels: [by_]}
  last.success.timestamp: {type: gauge, unit: seconds, help: Last., labels: [program]}
ratios:
  share: {bad: [bad], all: [all]}
alerts:
  one_value: {any: bad, by: [by_], over: 1h, severity: urgent, do: Look., summary: "{{ x }} }} {{"}
  some_values:
    any: bad
    where: {reason: ['a|b', 'say "no"', "two\\nlines", 'back\\s']}
    by: [reason]
    over: 1h
    severity: urgent
    do: Look.
    description: "Line one\\nline two: {{ $labels.reason | toUpper }} {{ $value | humanize }}"
  other_values: {any: bad, except: {reason: ['c.d', '{{ $value }}']}, severity: urgent, do: Look.}
  whole: {ratio: share, by: [by_], above: 33%, over: 3h, least: 4, severity: urgent, do: Look.}
  cold: {gauge: temperature, below: -10.5, for: 10m, keep: 20m, severity: urgent, do: Look.}
  stale: {late: last.success.timestamp, after: 2h, severity: urgent, do: Look.}
""",
    "second.yaml": """\
component: {name: second, title: Second}
metrics:
  beats: {type: counter, help: Beats.}
alerts:
  beats_stopped: {silent: beats, over: 10m, severity: urgent, do: Look.}
""",
}


def generated(
    files: Files, folder: Path, options: QueryOptions = NOTHING_STATED
) -> CompiledCatalog:
    """The rules of a catalog, which are written to a folder with their tests."""
    catalog = with_rules(compiled(folder / "source", files).whole, options)
    for file in TARGET.emit(catalog, PrometheusOptions()):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
    return catalog


def failing(folder: Path, build: Build = Build.STABLE, tests: str = "*.test.yml") -> list[Path]:
    """The test files in a folder that fail."""
    found = sorted((folder / "tests").glob(tests))
    assert found
    passing = _runner(folder, build).results([f"tests/{path.name}" for path in found]).passing
    return [path for path in found if f"tests/{path.name}" not in passing]


def words(folder: Path, build: Build = Build.STABLE) -> list[str]:
    """What promtool says of each test file in a folder that fails."""
    return [_runner(folder, build).words(path) for path in failing(folder, build)]


def is_valid(rules: Path) -> bool:
    """Whether promtool accepts a rule file."""
    return _runner(rules.parent, Build.STABLE).accepts([rules.name])


def _runner(folder: Path, build: Build) -> Promtool:
    """A promtool that ends with its test, also when it is interrupted."""
    return Promtool(str(promtool(build)), folder, 60)

"""A small catalog with an alert of each form, whose rules are changed in small ways."""

from __future__ import annotations

from tests.rule_tests.tested_catalogs import Files

WIKI: Files = {
    "catalog.yaml": """\
catalog:
  namespace: wiki
  title: Wiki
  schedules: {program: {index: 1h, mail: 2h}}
labels:
  program: {domain: {kind: closed, values: [index, mail, settle]}, help: Program.}
""",
    "pages.yaml": """\
component: {name: pages, title: Pages}
labels:
  kind: {domain: {kind: closed, values: [timeout, dns, full, interrupted]}, help: What failed.}
metrics:
  errors: {type: counter, help: Errors., labels: [program, kind]}
  done: {type: counter, help: Pages done., labels: [program]}
  edits: {type: counter, help: Edits.}
  views: {type: counter, help: Views.}
  beats: {type: counter, help: Beats.}
  lag: {type: gauge, unit: ratio, help: Lag.}
  last.run.timestamp: {type: gauge, unit: seconds, help: Last., labels: [program]}
  duration:
    type: histogram
    unit: seconds
    help: Duration.
    buckets: {kind: explicit, bounds: [0.1, 0.5, 1, 2.5, 5, 10]}
ratios:
  pages: {bad: [errors], good: [done]}
alerts:
  failing: {any: errors, where: {program: [index, mail]}, by: [program], over: 6h, severity: ticket}
  share:
    ratio: pages
    where: {kind: [timeout, dns, full]}
    by: [program]
    over: 3h
    above: 20%
    least: 3
    severity: ticket
    description: Pages fail.
  behind: {gauge: lag, above: 50%, for: 2m, severity: ticket}
  stopped: {silent: beats, over: 1d, for: 5m, severity: ticket}
  idle: {silent: done, while: errors, over: 3h, least: 5, severity: ticket}
  fewer_edits: {fewer: edits, than: 50%, of: [views, beats], over: 6h, least: 4, severity: ticket}
  slow: {quantile: duration, at: 90%, over: 1d, above: 5, keep: 10m, severity: ticket}
  gone: {absent: beats, over: 1h, for: 2m, severity: ticket}
""",
}

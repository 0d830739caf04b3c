"""A catalog with alerts of several forms, and any words where its author can write."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.catalogs import compiled
from typedprom_codegen.alerting import with_rules
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.emit import OutputFile
from typedprom_codegen.queries.checked import QueryOptions

HOSTILE = (
    'It\'s "quoted" `code` \\ back: {{ $labels.nothing }} {{ end }} ${H} $x - # | > & <b>x</b>\n'
    "---\n- [a](javascript:b) *c* ~d~ é \U0001f600 'yes': no, %d @e !f\n\n  ## {g}: [h]\n"
)
WORDS = ["Orders fail.", HOSTILE, "yes", "1e3", " spaces ", "a\nb\n", ": - #", "{{", "word " * 40]


CATALOG = """\
catalog:
  namespace: shop
  title: %(words)s
  owner: %(words)s
  severities: {page: %(words)s, ticket: %(words)s, info: %(words)s}
  runbooks: https://example.org/runbooks/{alert}
  dashboards: https://grafana.example.org/d/{dashboard}
alerts:
  absent:
    absent: orders.failed
    severity: page
    summary: %(words)s
    description: %(words)s
    do: %(words)s
    lost: %(words)s
    silence: %(words)s
"""
ORDERS = """\
component: {name: orders, title: %(words)s, description: %(words)s}
labels:
  reason: {help: %(words)s, domain: {kind: closed, values: [card, %(value)s]}}
  country: {help: %(words)s, domain: {kind: open, budget: 10}}
metrics:
  failed: {type: counter, help: %(words)s, labels: [country, reason]}
  placed: {type: counter, help: %(words)s, labels: [country]}
ratios:
  orders: {bad: [failed], good: [placed]}
alerts:
  failing:
    ratio: orders
    by: [country]
    where: {reason: [%(value)s]}
    over: 6h
    above: 30%%
    keep: 10m
    severity: page
    summary: %(words)s
    description: %(words)s
    do: %(words)s
    lost: %(words)s
    silence: %(words)s
  silent: {silent: placed, over: 1d, severity: ticket}
slos:
  placing: {ratio: orders, objective: 99.9%%, window: 30d, help: %(words)s, do: %(words)s}
"""


def sample(
    folder: Path, words: str = "Orders fail.", options: QueryOptions | None = None
) -> CompiledCatalog:
    """Return the catalog with its rules."""
    value = words.strip().replace("\n", " ")
    texts = {
        "words": json.dumps(words, ensure_ascii=False),
        "value": json.dumps(value, ensure_ascii=False),
    }
    files = {"catalog.yaml": CATALOG % texts, "orders.yaml": ORDERS % texts}
    return with_rules(compiled(folder, files).whole, options or QueryOptions())


def written(folder: Path, file: OutputFile) -> Path:
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(file.text, encoding="utf-8")
    return path

"""Panels of programs that run again and again: what the first event of a series shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.compiler.grafana_catalogs import HEADER, expressions, from_folder, from_text, panels
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.parser import parse

LABELS = "labels: {program: {help: Who., domain: {kind: closed, values: [importer, report]}}}\n"
SERVICE = HEADER + LABELS
SCHEDULED = HEADER.replace("}\n", ", schedules: {program: {importer: 1h, report: 1d}}}\n") + LABELS
COUNTERS = """
labels:
  source: {help: Whence., domain: {kind: open, budget: 9}}
metrics:
  reads.error: {type: counter, help: Failed reads., labels: [source]}
  runs: {type: counter, help: Runs., labels: [program]}
"""


def drawn(folder: Path, header: str, title: str) -> dict[str, Any]:
    shown = panels(from_text(folder, COUNTERS, header=header).dashboard("parts"))
    return next(panel for panel in shown if panel["title"] == title)


def test_bars_count_what_each_step_brought_and_the_births_in_it(tmp_path: Path) -> None:
    panel = drawn(tmp_path, SCHEDULED, "Reads error")
    (query,) = expressions(panel)
    ranges = [node.duration for node in parse(query).all(Range)]
    windows = {query[duration.start : duration.end] for duration in ranges}
    assert "app:watched:since" in query
    assert "$__interval" in windows
    assert "$__rate_interval" not in query
    assert panel["interval"] == "1d"  # the rarest program's: a shorter step would have gaps
    assert panel["fieldConfig"]["defaults"]["custom"]["drawStyle"] == "bars"
    assert panel["fieldConfig"]["defaults"]["unit"] == "short"


def test_a_counter_that_begins_at_zero_keeps_its_rate(tmp_path: Path) -> None:
    panel = drawn(tmp_path, SCHEDULED, "Runs")
    assert "rate(app_parts_runs_total{" in expressions(panel)[0]
    assert "interval" not in panel


def test_a_component_that_no_program_records_keeps_its_rates(tmp_path: Path) -> None:
    from_text(tmp_path, COUNTERS, header=SCHEDULED)
    parts = tmp_path / "parts.yaml"
    text = parts.read_text(encoding="utf-8")
    parts.write_text(text.replace("title: Parts", "title: Parts, scheduled: false"), "utf-8")
    shown = panels(from_folder(tmp_path).dashboard("parts"))
    panel = next(panel for panel in shown if panel["title"] == "Reads error")
    assert "$__rate_interval" in expressions(panel)[0]


def test_services_keep_their_rates(tmp_path: Path) -> None:
    panel = drawn(tmp_path, SERVICE, "Reads error")
    assert "$__rate_interval" in expressions(panel)[0]
    assert panel["fieldConfig"]["defaults"]["custom"]["drawStyle"] == "line"

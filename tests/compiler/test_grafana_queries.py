"""What a panel derives from its query: the unit and the labels of its legend."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compiler.grafana_catalogs import from_text, panels

HEADER = """
catalog: {namespace: app, title: The app}
labels:
  shop: {help: Which shop., domain: {kind: open, budget: 9}}
"""


@pytest.mark.parametrize(
    ("expr", "unit"),
    [
        ("rate(app_parts_a_total[5m])", "cps"),
        ("sum(rate(app_parts_a_total[5m])) * 60", "cpm"),
        ("60 * rate(app_parts_a_total[5m])", "cpm"),
        ("rate(app_parts_a_total[5m]) * 7", "short"),
        ("increase(app_parts_a_total[1h])", "locale"),
        ("rate(app_parts_b_bytes_total[5m])", "binBps"),
        ("increase(app_parts_b_bytes_total[1h])", "bytes"),
        ("rate(app_parts_a_total[5m]) / rate(app_parts_c_total[5m])", "percentunit"),
        ("100 * sum(rate(app_parts_a_total[5m])) / sum(rate(app_parts_c_total[5m]))", "percent"),
        ("rate(app_parts_b_bytes_total[5m]) / rate(app_parts_a_total[5m])", "bytes"),
        ("rate(app_parts_b_bytes_total[5m]) * 8", "binbps"),
        ("rate(app_parts_b_bytes_total[5m]) / 1024 / 1024", "MiBs"),
        ("rate(app_parts_b_bytes_total[5m]) * 60", "short"),
        ("app_parts_e_bytes / 1e9", "decgbytes"),
        ("app_parts_e_bytes / app_parts_b_bytes_total", "percentunit"),
        ("1 - rate(app_parts_a_total[5m]) / rate(app_parts_c_total[5m])", "percentunit"),
        ("time() - app_parts_f_timestamp_seconds", "s"),
        ("(time() - app_parts_f_timestamp_seconds) / 3600", "h"),
        ("1000 * app_parts_f_timestamp_seconds", "dateTimeAsIso"),
        ("rate(app_parts_d_seconds_sum[5m]) * 1000", "short"),
        ("1e3 * histogram_quantile(0.9, rate(app_parts_d_seconds_bucket[5m]))", "ms"),
        ("app_parts_e_bytes > bool 5", "short"),
        ("app_parts_e_bytes > 5", "bytes"),
        ("changes(app_parts_e_bytes[1h])", "locale"),
        ("other_total", "short"),
        ("deriv(app_parts_e_bytes[1h])", "binBps"),
        ("rate(app_parts_d_seconds_sum[5m]) / rate(app_parts_d_seconds_count[5m])", "s"),
        ("histogram_quantile(0.9, rate(app_parts_d_seconds_bucket[5m]))", "s"),
        ("rate(app_parts_d_seconds_count[5m])", "cps"),
        ("rate(app_parts_d_seconds_sum[5m])", "percentunit"),
        ("count(app_parts_e_bytes)", "short"),
        ("max(app_parts_e_bytes)", "bytes"),
    ],
)
def test_the_unit_follows_from_the_query(tmp_path: Path, expr: str, unit: str) -> None:
    text = f"""
metrics:
  a: {{type: counter, help: H., dashboard: {{queries: [{{name: Q, expr: "{expr}"}}]}}}}
  b: {{type: counter, help: H., unit: bytes}}
  c: {{type: counter, help: H.}}
  d: {{type: histogram, help: H., unit: seconds}}
  e: {{type: gauge, help: H., unit: bytes}}
  f.timestamp: {{type: gauge, help: H., unit: seconds}}
"""
    found = panels(from_text(tmp_path, text).dashboard("parts"))
    (panel,) = (panel for panel in found if panel["title"] == "A")
    assert panel["fieldConfig"]["defaults"]["unit"] == unit


@pytest.mark.parametrize(
    ("expr", "legend"),
    [
        ("rate(app_parts_a_total[5m])", "{{shop}} {{instance}}"),
        ("sum(rate(app_parts_a_total[5m]))", "Q"),
        ("sum by (shop, job) (rate(app_parts_a_total[5m]))", "{{shop}} {{job}}"),
        ("sum without (shop) (rate(app_parts_a_total[5m]))", "{{instance}}"),
        ("max by (shop) (sum by (shop, job) (rate(app_parts_a_total[5m])))", "{{shop}}"),
        ("topk(3, rate(app_parts_a_total[5m]))", "{{shop}} {{instance}}"),
        ("rate(app_parts_a_total[5m]) / on (job) group_left rate(app_parts_b_total[5m])", "Q"),
        ("rate(app_parts_a_total[5m]) / sum(rate(app_parts_a_total[5m]))", "Q"),
    ],
)
def test_a_legend_names_the_labels_that_are_left(tmp_path: Path, expr: str, legend: str) -> None:
    text = f"""
metrics:
  a:
    type: counter
    help: H.
    labels: [shop]
    dashboard: {{queries: [{{name: Q, expr: "{expr}"}}]}}
  b: {{type: counter, help: H.}}
"""
    first = panels(from_text(tmp_path, text, header=HEADER).dashboard("parts"))[0]
    assert first["targets"][0]["legendFormat"] == legend

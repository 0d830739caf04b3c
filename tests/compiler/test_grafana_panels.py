"""Panels and queries of a metric, chosen by its type and its hints in the catalog."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.compiler.grafana_catalogs import expressions, from_text, panels

HEADER = """
catalog: {namespace: app, title: The app}
labels:
  shop: {help: Which shop., domain: {kind: open, budget: 9}}
"""
COUNTER = "type: counter, help: H., labels: [shop]"
GAUGE = "type: gauge, help: H., labels: [shop]"
HISTOGRAM = "type: histogram, help: H., unit: seconds, labels: [shop]"
C = 'app_parts_a_total{job=~"$job", instance=~"$instance", shop=~"$shop"}'
G = 'app_parts_a{job=~"$job", instance=~"$instance", shop=~"$shop"}'
B = 'app_parts_a_seconds_bucket{job=~"$job", instance=~"$instance", shop=~"$shop"}'
W = "[$__rate_interval]"


def asking(expr: str) -> str:
    return f', dashboard: {{queries: [{{name: Q, expr: "{expr}"}}]}}'


def drawn(folder: Path, metric: str, key: str = "a") -> list[dict[str, Any]]:
    text = f"metrics:\n  {key}: {{{metric}}}\n"
    return panels(from_text(folder, text, header=HEADER).dashboard("parts"))


@pytest.mark.parametrize(
    ("metric", "kind", "unit", "expr", "legend"),
    [
        (COUNTER, "timeseries", "cpm", f"sum by (shop) (rate({C}{W})) * 60", "{{shop}}"),
        (GAUGE, "timeseries", "short", G, "{{shop}} {{instance}}"),
        (GAUGE + ", combine: sum", "timeseries", "short", f"sum by (shop) ({G})", "{{shop}}"),
        (GAUGE + ", combine: live_sum", "timeseries", "short", f"sum by (shop) ({G})", "{{shop}}"),
        (GAUGE + ", combine: max", "timeseries", "short", f"max by (shop) ({G})", "{{shop}}"),
        (
            COUNTER + ", dashboard: {panel: stat}",
            *("stat", "locale", f"sum by (shop) (increase({C}[$__range]))", "{{shop}}"),
        ),
        (
            COUNTER + ", dashboard: {panel: table}",
            *("table", "locale", f"(sum by (shop) (increase({C}[$__range]))) > 0", "{{shop}}"),
        ),
        (
            COUNTER + ", dashboard: {aggregations: [sum, rate]}",
            *("timeseries", "cpm", f"sum by (shop) (rate({C}{W})) * 60", "{{shop}}"),
        ),
        (
            COUNTER + ", dashboard: {aggregations: [avg, increase]}",
            *("timeseries", "locale", f"avg by (shop) (increase({C}{W}))", "{{shop}}"),
        ),
        (
            COUNTER + ", dashboard: {aggregations: [rate]}",
            *("timeseries", "cpm", f"sum by (shop) (rate({C}{W})) * 60", "{{shop}}"),
        ),
        (
            GAUGE + ", dashboard: {aggregations: [max]}",
            *("timeseries", "short", f"max by (shop) ({G})", "{{shop}}"),
        ),
        (
            COUNTER
            + ', dashboard: {queries: [{name: Q, expr: "sum(rate(app_parts_a_total[5m])) * 60"}]}',
            *("timeseries", "cpm", f"sum(rate({C}{W})) * 60", "Q"),
        ),
    ],
)
def test_a_metric_gets_the_panel_of_its_type_or_of_its_hint(
    tmp_path: Path, metric: str, kind: str, unit: str, expr: str, legend: str
) -> None:
    (panel,) = drawn(tmp_path, metric)
    assert (panel["type"], panel["fieldConfig"]["defaults"]["unit"]) == (kind, unit)
    assert [(t["expr"], t["legendFormat"]) for t in panel["targets"]] == [(expr, legend)]


def test_a_histogram_gets_a_heatmap_and_quantiles(tmp_path: Path) -> None:
    quantiles, heatmap = drawn(tmp_path, HISTOGRAM)
    assert expressions(heatmap) == [f"sum by (le) (increase({B}{W}))"]
    assert heatmap["options"]["yAxis"]["unit"] == "s"
    assert expressions(quantiles) == [
        f"histogram_quantile({rank}, sum by (le) (rate({B}{W})))"
        for rank in ("0.5", "0.95", "0.99")
    ]
    assert [t["legendFormat"] for t in quantiles["targets"]] == ["p50", "p95", "p99"]


def test_a_histogram_keeps_both_panels_with_any_hint(tmp_path: Path) -> None:
    for kind in ("heatmap", "timeseries", "stat"):
        found = drawn(tmp_path, HISTOGRAM + f", dashboard: {{panel: {kind}}}")
        of_histogram = [panel["type"] for panel in found if panel["type"] != "stat"]
        assert of_histogram == ["timeseries", "heatmap"]
        assert kind in {panel["type"] for panel in found}


def test_scores_are_shown_by_low_quantiles(tmp_path: Path) -> None:
    quantiles, _ = drawn(tmp_path, HISTOGRAM.replace("seconds", "ratio"))
    assert [t["legendFormat"] for t in quantiles["targets"]] == ["p50", "p10", "p5"]


def test_a_quantile_without_labels_is_over_all_series(tmp_path: Path) -> None:
    rate = "rate(app_parts_a_seconds_bucket[5m])"
    graph, _ = drawn(tmp_path, HISTOGRAM + asking(f"histogram_quantile(0.9, {rate})"))
    assert expressions(graph) == [f"histogram_quantile(0.9, sum by (le) (rate({B}{W})))"]
    said = f"histogram_quantile(0.9, sum by (le, shop) ({rate}))"
    graph, _ = drawn(tmp_path, HISTOGRAM + asking(said))
    assert expressions(graph) == [
        f"histogram_quantile(0.9, sum by (le, shop) (rate({B}{W})))",
    ]
    assert graph["targets"][0]["legendFormat"] == "{{shop}}"


def test_a_heatmap_keeps_its_buckets_and_leaves_aggregations_to_the_graph(tmp_path: Path) -> None:
    graph, heatmap = drawn(
        tmp_path, HISTOGRAM + ", dashboard: {panel: heatmap, aggregations: [avg]}"
    )
    assert expressions(heatmap) == [f"sum by (le) (increase({B}{W}))"]
    total, count = B.replace("_bucket", "_sum"), B.replace("_bucket", "_count")
    assert expressions(graph) == [
        f"sum by (shop) (rate({total}{W})) / sum by (shop) (rate({count}{W}))"
    ]


def test_queries_of_the_first_catalog_are_kept_and_summed_over_processes(tmp_path: Path) -> None:
    asked = '{queries: [{name: Rate per minute, expr: "rate(app_parts_a_total[5m]) * 60"}], '
    (panel,) = drawn(tmp_path, COUNTER + f", dashboard: {asked}aggregations: [sum, rate]}}")
    assert expressions(panel) == [f"sum by (shop) (rate({C}{W}) * 60)"]
    assert panel["targets"][0]["legendFormat"] == "{{shop}}"


def test_a_query_gets_each_aggregation_of_its_hint(tmp_path: Path) -> None:
    asked = '{queries: [{name: Q, expr: "app_parts_a"}], aggregations: [min, max]}'
    (panel,) = drawn(tmp_path, GAUGE + f", dashboard: {asked}")
    assert expressions(panel) == [f"min by (shop) ({G})", f"max by (shop) ({G})"]
    legends = [target["legendFormat"] for target in panel["targets"]]
    assert legends == ["Q, min {{shop}}", "Q, max {{shop}}"]


def test_closed_labels_are_shown_before_open_ones(tmp_path: Path) -> None:
    text = """
labels:
  kind: {help: H., domain: {kind: closed, values: [red, green, blue]}}
  size: {help: H., domain: {kind: closed, values: [s, m, l, xl, xxl, xs, xxs]}}
metrics:
  both: {type: counter, help: H., labels: [shop, kind]}
  many: {type: counter, help: H., labels: [shop, kind, size]}
  few: {type: counter, help: H., labels: [shop, kind], dashboard: {panel: table}}
"""
    found = panels(from_text(tmp_path, text, header=HEADER).dashboard("parts"))
    legends = {panel["title"]: panel["targets"][0]["legendFormat"] for panel in found}
    assert legends == {"Both": "{{kind}}", "Many": "{{kind}}", "Few": "{{shop}} {{kind}}"}


def test_related_counters_share_a_panel(tmp_path: Path) -> None:
    text = """
metrics:
  batches.begun: {type: counter, help: Begun ones.}
  batches.ended_well: {type: counter, help: Good ones.}
  batches.failed: {type: counter, help: Bad ones.}
  batches.bytes: {type: counter, unit: bytes, help: Their size.}
  alone: {type: counter, help: H.}
"""
    found = panels(from_text(tmp_path, text).dashboard("parts"))
    assert [panel["title"] for panel in found] == [
        *("Batches", "Batches bytes", "Alone", "Batches failed"),
    ]
    legends = [target["legendFormat"] for target in found[0]["targets"]]
    assert legends == ["Begun", "Ended well"]
    assert found[0]["description"] == "Begun: Begun ones.\n\nEnded well: Good ones."


def test_a_legend_is_as_large_as_its_panel_needs(tmp_path: Path) -> None:
    def legend(metric: str) -> dict[str, Any]:
        (panel,) = drawn(tmp_path, metric)
        return dict(panel["options"]["legend"])

    assert legend("type: counter, help: H.")["showLegend"] is False
    assert legend(COUNTER)["displayMode"] == "list"
    many = HEADER.replace("budget: 9", "budget: 90")
    made = from_text(tmp_path, f"metrics: {{a: {{{COUNTER}}}}}", header=many)
    (panel,) = panels(made.dashboard("parts"))
    assert panel["options"]["legend"]["displayMode"] == "table"
    assert panel["fieldConfig"]["defaults"]["custom"]["showPoints"] == "never"


def test_an_aggregation_that_the_queries_lack_is_added_in_its_own_unit(tmp_path: Path) -> None:
    asked = '{queries: [{name: Q, expr: "sum(increase(app_parts_a_total[1h]))"}], '
    (panel,) = drawn(tmp_path, COUNTER + f", dashboard: {asked}aggregations: [sum, rate]}}")
    assert expressions(panel) == [f"sum(increase({C}[1h]))", f"sum by (shop) (rate({C}{W})) * 60"]
    assert panel["fieldConfig"]["defaults"]["unit"] == "locale"
    assert panel["fieldConfig"]["overrides"] == [
        {
            "matcher": {"id": "byFrameRefID", "options": "B"},
            "properties": [{"id": "unit", "value": "cpm"}],
        }
    ]


def test_a_comment_does_not_hide_the_total(tmp_path: Path) -> None:
    asked = '{queries: [{name: Q, expr: "rate(app_parts_a_total[5m]) # x"}], aggregations: [sum]}'
    (panel,) = drawn(tmp_path, COUNTER + f", dashboard: {asked}")
    assert expressions(panel) == [f"sum by (shop) (rate({C}{W}) # x\n)"]


def test_a_timestamp_is_shown_as_the_time_since(tmp_path: Path) -> None:
    metric = "type: gauge, unit: seconds, help: H."
    (panel,) = drawn(tmp_path, metric, key="last_run.timestamp")
    assert panel["title"] == "Time since last run"
    assert panel["type"] == "stat"
    name = 'app_parts_last_run_timestamp_seconds{job=~"$job", instance=~"$instance"}'
    assert expressions(panel) == [f"time() - max(last_over_time({name}[7d]))"]


def test_thresholds_colour_a_panel(tmp_path: Path) -> None:
    levels = "[{value: 0.5, level: warning}, {value: 0.9, level: critical}]"
    (panel,) = drawn(tmp_path, GAUGE + f", dashboard: {{thresholds: {levels}}}")
    assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"] == [
        {"color": "green", "value": None},
        {"color": "orange", "value": 0.5},
        {"color": "red", "value": 0.9},
    ]
    assert panel["fieldConfig"]["defaults"]["custom"]["thresholdsStyle"] == {"mode": "dashed"}


def test_a_threshold_at_the_least_value_is_the_base(tmp_path: Path) -> None:
    levels = "[{value: 0, level: critical}, {value: 5, level: ok}]"
    metric = "type: gauge, unit: bytes, help: H."
    (panel,) = drawn(tmp_path, f"{metric}, dashboard: {{panel: stat, thresholds: {levels}}}")
    assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"] == [
        {"color": "red", "value": None},
        {"color": "green", "value": 5},
    ]
    assert panel["fieldConfig"]["defaults"]["color"] == {"mode": "thresholds"}


def test_numbers_without_thresholds_have_one_plain_colour(tmp_path: Path) -> None:
    (panel,) = drawn(tmp_path, "type: counter, help: H., dashboard: {panel: stat}")
    defaults = panel["fieldConfig"]["defaults"]
    assert defaults["color"] == {"mode": "fixed", "fixedColor": "blue"}
    assert (defaults["noValue"], defaults["decimals"]) == ("0", 0)


def test_the_overview_shows_the_worst_value(tmp_path: Path) -> None:
    levels = "[{value: 10, level: warning}]"
    metric = f"{GAUGE}, combine: max, dashboard: {{thresholds: {levels}}}"
    made = from_text(tmp_path, f"metrics: {{a: {{{metric}}}}}", header=HEADER)
    (panel,) = panels(made.dashboard())
    assert panel["title"] == "A, max"
    assert expressions(panel) == [f"max(max by (shop) ({G}))"]
    assert len(panel["fieldConfig"]["defaults"]["thresholds"]["steps"]) == 2


def test_an_info_and_a_stateset_are_tables_of_current_values(tmp_path: Path) -> None:
    text = """
labels:
  version: {help: Which one., domain: {kind: open, budget: 5}}
metrics:
  build: {type: info, help: H., info_labels: [version]}
  phase: {type: stateset, help: H., states: [idle, busy]}
"""
    made = from_text(tmp_path, text)
    build, phase = panels(made.dashboard("parts"))
    assert (build["type"], phase["type"]) == ("table", "table")
    target = '{job=~"$job", instance=~"$instance"}'
    assert expressions(build) == [f"max by (version) (app_parts_build_info{target}) == 1"]
    assert expressions(phase) == [
        f"max by (app_parts_phase) (app_parts_phase{target}) == 1",
    ]
    assert panels(made.dashboard()) == []
    job = made.dashboard()["templating"]["list"][1]
    assert job["query"]["query"] == "label_values(up, job)"


def test_variables_query_one_metric_or_a_common_name_pattern(tmp_path: Path) -> None:
    text = """
metrics:
  a: {type: counter, help: H.}
  b: {type: counter, help: H., labels: [shop]}
"""
    made = from_text(tmp_path, text, header=HEADER)
    found = [v["query"]["query"] for v in made.dashboard("parts")["templating"]["list"][1:]]
    assert found == [
        'label_values({__name__=~"app_parts_.+"}, job)',
        'label_values({__name__=~"app_parts_.+", job=~"$job"}, instance)',
        'label_values(app_parts_b_total{job=~"$job", instance=~"$instance"}, shop)',
    ]


def test_below_the_first_threshold_the_colour_is_neutral(tmp_path: Path) -> None:
    levels = "[{value: 1, level: ok}]"
    (panel,) = drawn(tmp_path, GAUGE + f", dashboard: {{thresholds: {levels}}}")
    colors = [s["color"] for s in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]]
    assert colors == ["text", "green"]


def test_only_what_may_be_negative_has_no_hard_minimum(tmp_path: Path) -> None:
    (signed,) = drawn(tmp_path, GAUGE)
    assert "min" not in signed["fieldConfig"]["defaults"]
    assert signed["fieldConfig"]["defaults"]["custom"]["axisSoftMin"] == 0
    (unsigned,) = drawn(tmp_path, GAUGE + ", unit: bytes")
    assert unsigned["fieldConfig"]["defaults"]["min"] == 0


@pytest.mark.parametrize(
    ("expr", "minimum"),
    [
        ("deriv(app_parts_a_bytes[10m])", None),
        ("app_parts_a_bytes - app_parts_a_bytes offset 1d", None),
        ("sum(app_parts_a_bytes)", 0),
        ("1e10 - clamp_max(app_parts_a_bytes, 5)", 0),
        ("time() - app_parts_a_timestamp_seconds", 0),
    ],
)
def test_a_change_or_a_difference_has_no_hard_minimum(
    tmp_path: Path, expr: str, minimum: float | None
) -> None:
    asked = f'{{queries: [{{name: One, expr: "{expr}"}}]}}'
    (panel,) = drawn(tmp_path, GAUGE + f", unit: bytes, dashboard: {asked}")
    assert panel["fieldConfig"]["defaults"].get("min") == minimum


def test_deprecated_and_unemitted_metrics_have_no_panel(tmp_path: Path) -> None:
    text = """
metrics:
  a: {type: counter, help: H.}
  b: {type: counter, help: H., emitted: false}
  c: {type: counter, help: H., stability: deprecated, replaced_by: parts.a, removal: "2030-01-01"}
"""
    made = from_text(tmp_path, text)
    assert [panel["title"] for panel in panels(made.dashboard("parts"))] == ["A"]


def test_a_table_names_its_columns_and_has_the_largest_on_top(tmp_path: Path) -> None:
    asked = (
        '{panel: table, queries: [{name: One, expr: "increase(app_parts_a_total[1h])"},'
        '{name: Two, expr: "increase(app_parts_a_total[1d])"}]}'
    )
    (panel,) = drawn(tmp_path, COUNTER + f", dashboard: {asked}")
    assert all(target["instant"] and target["format"] == "table" for target in panel["targets"])
    merge, organize = panel["transformations"]
    assert merge["id"] == "merge"
    names = {"shop": "Shop", "instance": "Instance", "Value #A": "One", "Value #B": "Two"}
    assert organize["options"]["renameByName"] == names
    assert list(organize["options"]["indexByName"]) == list(names)
    assert panel["options"]["sortBy"] == [{"desc": True, "displayName": "One"}]
    assert panel["fieldConfig"]["defaults"]["decimals"] == 0
    assert expressions(panel)[0] == f"(increase({C}[1h])) > 0"

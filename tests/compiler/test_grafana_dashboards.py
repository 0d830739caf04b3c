"""Quality rules of dashboards, checked for every dashboard of the SMS catalog."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from tests.compiler.grafana_catalogs import Compiled, panels, sms
from tests.support import promql
from tests.support.grafana import substituted
from typedprom_codegen.alerting import with_rules
from typedprom_codegen.alerting.rule_sources import rule_queries
from typedprom_codegen.ir import Metric, MetricType, Stability
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.selector import LabelName, Selector
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.query import Query
from typedprom_codegen.queries.checked import QueryOptions
from typedprom_codegen.queries.known import KnownSeries, known_series
from typedprom_codegen.queries.recorded import with_recorded

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
UNITS = {"short", "s", "bytes", "percentunit", "cpm", "locale"}
OF_COUNTERS = {"rate", "irate", "increase"}
OF_BIRTHS = {"last_over_time", "resets"}
"""Functions of increases that count the first event of a series, as rules of the catalog do."""

BUILT_IN = {"__rate_interval", "__interval", "__range", "__url_time_range", "__all_variables"}

Dashboard = dict[str, Any]
COMPILED = cache(sms)


def dashboards() -> list[Dashboard]:
    return list(COMPILED().dashboards())


every_dashboard = pytest.mark.parametrize("dashboard", dashboards(), ids=lambda d: d["uid"])


@every_dashboard
def test_dashboards_have_a_valid_uid_and_are_not_editable(dashboard: Dashboard) -> None:
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", dashboard["uid"])
    assert dashboard["schemaVersion"] == 42
    assert dashboard["editable"] is False
    assert dashboard["graphTooltip"] == 1
    assert {"sms", "typedprom"} <= set(dashboard["tags"])
    assert dashboard["links"][0]["tags"] == ["sms"]


@every_dashboard
def test_panel_ids_are_positive_and_unique(dashboard: Dashboard) -> None:
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert all(0 < id < 2**31 for id in ids)
    assert len(set(ids)) == len(ids)


@every_dashboard
def test_panels_are_on_the_grid_without_overlapping(dashboard: Dashboard) -> None:
    places = [panel["gridPos"] for panel in dashboard["panels"]]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    for one, other in combinations(places, 2):
        apart = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert apart or below, (one, other)
    assert {place["w"] for place in places} <= {24, 12, 8, 6}


@every_dashboard
def test_every_panel_has_a_title_and_description(dashboard: Dashboard) -> None:
    for panel in panels(dashboard):
        assert panel["title"]
        assert panel["description"]
        assert panel["targets"]
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
    assert dashboard["panels"][0]["type"] == "row"
    titles = [panel["title"] for panel in panels(dashboard)]
    assert dashboard["uid"] == "sms" or len(set(titles)) == len(titles)


@every_dashboard
def test_panels_look_alike(dashboard: Dashboard) -> None:
    for panel in panels(dashboard):
        defaults = panel["fieldConfig"]["defaults"]
        graded = len(defaults["thresholds"]["steps"]) > 1
        of_numbers = "thresholds" if graded else "fixed"
        number = panel["type"] in {"stat", "table"}
        assert defaults["color"]["mode"] == (of_numbers if number else "palette-classic")
        soft = defaults.get("custom", {}).get("axisSoftMin")
        assert defaults.get("min", soft) == 0 or panel["type"] == "stat"
        assert defaults["thresholds"]["steps"][0]["value"] is None


@every_dashboard
def test_every_query_uses_the_selected_data_source(dashboard: Dashboard) -> None:
    first, *others = dashboard["templating"]["list"]
    assert (first["name"], first["type"], first["query"]) == (
        *("datasource", "datasource", "prometheus"),
    )
    for asked in (*others, *panels(dashboard), *targets(dashboard)):
        assert asked["datasource"] == DATASOURCE


@every_dashboard
def test_variables_offer_all_values_and_follow_the_time_range(dashboard: Dashboard) -> None:
    asking = dashboard["templating"]["list"][1:]
    assert [variable["name"] for variable in asking][:2] == ["job", "instance"]
    for variable in asking:
        assert variable["type"] == "query"
        assert variable["refresh"] == 2
        assert variable["multi"] is True
        assert variable["includeAll"] is True
        assert variable["allValue"] == ".+"
        assert variable["sort"] == 1
        assert variable["current"]["value"] == ["$__all"]
        asked = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"])
        assert asked is not None
        assert promql.parses(substituted(asked[1]))


@every_dashboard
def test_every_used_variable_is_defined(dashboard: Dashboard) -> None:
    names = {variable["name"] for variable in dashboard["templating"]["list"]}
    used = {a or b for a, b in re.findall(r"\$(?:\{(\w+)|(\w+))", json.dumps(dashboard))}
    assert used - BUILT_IN - {"__all"} <= names
    assert names <= used


@every_dashboard
def test_every_query_parses(dashboard: Dashboard) -> None:
    for target in targets(dashboard):
        assert promql.parses(substituted(target["expr"])), target["expr"]
    for panel in panels(dashboard):
        ids = [target["refId"] for target in panel["targets"]]
        assert ids == [chr(ord("A") + n) for n in range(len(ids))]


@every_dashboard
def test_every_query_names_series_and_labels_of_the_catalog(dashboard: Dashboard) -> None:
    for query in queries(dashboard):
        for selector in query.all(Selector):
            series = known().get(selector.name)
            assert series is not None, query.text
            assert {m.label.name for m in selector.matchers} <= known().labels_of(series)
        for node, grouped in groupings(query):
            inside = [s for s in query.all(Selector) if node.extent.contains(s.extent)]
            labels = [labels_of(s.name) for s in inside]
            assert {label.name for label in grouped} <= frozenset().union(*labels)


@every_dashboard
def test_every_selector_uses_every_variable_of_its_metric(dashboard: Dashboard) -> None:
    variables = {variable["name"] for variable in dashboard["templating"]["list"][1:]}
    for query in queries(dashboard):
        for selector in query.all(Selector):
            if is_recorded(selector):
                continue
            labels = labels_of(selector.name)
            obeyed = {m.label.name for m in selector.matchers if m.value == f"${m.label.name}"}
            assert obeyed >= variables & labels >= {"job", "instance"}


@every_dashboard
def test_counters_are_only_seen_as_rates_and_increases(dashboard: Dashboard) -> None:
    for query in queries(dashboard):
        parents = {part: node for node in query.nodes for part in node.parts()}
        for selector in query.all(Selector):
            type_ = known().by_name[selector.name or ""].metric.type
            if type_ is MetricType.GAUGE or is_recorded(selector):
                continue
            ranged = parents[selector]
            assert isinstance(ranged, Range), query.text
            call = parents[ranged]
            assert isinstance(call, Call), query.text
            if call.name in OF_BIRTHS:
                assert any(is_recorded(each) for each in query.all(Selector)), query.text
                continue
            assert call.name in OF_COUNTERS
            window = query.text[slice(*ranged.duration.extent)]
            assert window in {"$__rate_interval", "$__range"} or call.name == "increase"


@every_dashboard
def test_legends_name_only_labels_that_the_series_have(dashboard: Dashboard) -> None:
    for target in targets(dashboard):
        query = parse(target["expr"])
        named = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
        possible = frozenset().union(*(labels_of(s.name) for s in query.all(Selector)))
        assert named <= possible
        merged = [*query.all(Aggregation)]
        kept = {label.name for a in merged if a.grouping for label in a.grouping.labels}
        assert not merged or named <= kept


def test_every_metric_except_deprecated_ones_is_on_its_components_dashboard() -> None:
    for component in COMPILED().catalog.components:
        drawn = {
            m for m in component.metrics if m.emitted and m.stability is not Stability.DEPRECATED
        }
        if not drawn:
            continue
        asked = list(queries(COMPILED().dashboard(component.name)))
        names = {s.name for query in asked for s in query.all(Selector) if not is_recorded(s)}
        assert {known().by_name[name or ""].metric.declared for name in names} == drawn


def test_every_histogram_has_a_heatmap_and_quantiles_with_exemplars() -> None:
    for component in COMPILED().catalog.components:
        for metric in histograms(component.metrics):
            shown = [
                panel
                for panel in panels(COMPILED().dashboard(component.name))
                if any(f"{metric.name}_bucket" in t["expr"] for t in panel["targets"])
            ]
            by_type = {panel["type"]: panel for panel in shown}
            assert {t["format"] for t in by_type["heatmap"]["targets"]} == {"heatmap"}
            assert len(by_type["timeseries"]["targets"]) == 3
            assert all(t["exemplar"] for t in by_type["timeseries"]["targets"])


def test_the_overview_links_to_every_component() -> None:
    overview = COMPILED().dashboard()
    links = {link["url"] for panel in panels(overview) for link in panel["links"]}
    components = {d["uid"] for d in dashboards()} - {overview["uid"]}
    assert {link.split("?")[0] for link in links} == {f"/d/{uid}" for uid in components}
    assert {panel["type"] for panel in panels(overview)} == {"stat"}


def test_the_overview_has_a_column_for_each_kind_of_number() -> None:
    overview = COMPILED().dashboard()
    assert {panel["gridPos"]["h"] for panel in panels(overview)} == {4}
    columns: dict[int, set[str]] = {}
    for panel in panels(overview):
        title = re.sub(r"^.* (errors)$|^.*, (p\d+)$", r"\1\2", panel["title"])
        columns.setdefault(panel["gridPos"]["x"], set()).add(title)
    assert columns[6] == {"errors"}
    assert columns[12] == {"p95", "p10"}
    assert columns[18] == {"Active consumers", "Time since last run, max", "Heartbeat"}


def test_numbers_are_instant_and_thresholds_apply_to_their_query() -> None:
    for dashboard in dashboards():
        for panel in panels(dashboard):
            if panel["type"] == "stat":
                assert all(t["instant"] and not t["range"] for t in panel["targets"])
                assert panel["options"]["graphMode"] == "none"
    (own,) = panels(COMPILED().dashboard("service"))
    shown = next(p for p in panels(COMPILED().dashboard()) if p["title"] == "Heartbeat")
    assert shown["targets"] == own["targets"]
    assert shown["fieldConfig"] == own["fieldConfig"]


def test_a_dead_process_is_visible() -> None:
    (heartbeat,) = panels(COMPILED().dashboard("service"))
    assert heartbeat["targets"][0]["expr"].endswith(" or vector(0)")
    steps = heartbeat["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert steps == [{"color": "red", "value": None}, {"color": "green", "value": 1}]
    age = panels(COMPILED().dashboard("pipeline"))[0]
    assert "last_over_time(sms_pipeline_last_run_timestamp_seconds{" in age["targets"][0]["expr"]


def test_errors_on_the_overview_are_green_only_when_there_are_none() -> None:
    for panel in panels(COMPILED().dashboard()):
        if panel["title"].endswith(" errors"):
            steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
            assert [step["color"] for step in steps] == ["green", "orange"]
            assert 0 < steps[1]["value"] < 0.01
            assert panel["fieldConfig"]["defaults"]["noValue"] == "0"


@every_dashboard
def test_legends_are_short(dashboard: Dashboard) -> None:
    for panel in panels(dashboard):
        legends = [target["legendFormat"] for target in panel["targets"]]
        assert not any("instance" in legend for legend in legends)
        assert len(legends) > 1 or "{{" not in legends[0] or legends[0].startswith("{{")


@every_dashboard
def test_quantiles_are_left_of_the_heatmap(dashboard: Dashboard) -> None:
    places = {panel["title"]: panel["gridPos"] for panel in panels(dashboard)}
    for title, place in places.items():
        if title.endswith(", distribution"):
            beside = places[title.removesuffix(", distribution")]
            assert (beside["x"], place["x"]) == (0, 12)
            assert beside["y"] == place["y"]


def test_uids_are_unique() -> None:
    uids = [dashboard["uid"] for dashboard in dashboards()]
    assert len(set(uids)) == len(uids) > 10


@cache
def known() -> KnownSeries:
    """Return the catalog's series, with those that its rules record."""
    catalog = COMPILED().catalog
    return with_recorded(known_series(catalog), rule_queries(with_rules(catalog, QueryOptions())))


def is_recorded(selector: Selector) -> bool:
    return known().by_name[selector.name or ""].metric.declared is None


def labels_of(name: str | None) -> frozenset[str]:
    return known().labels_of(known().by_name[name or ""])


def targets(dashboard: Dashboard) -> Iterator[dict[str, Any]]:
    for panel in panels(dashboard):
        yield from panel["targets"]


def queries(dashboard: Dashboard) -> Iterator[Query]:
    for target in targets(dashboard):
        yield parse(target["expr"])


def groupings(query: Query) -> Iterator[tuple[Expression, tuple[LabelName, ...]]]:
    for aggregation in query.all(Aggregation):
        if aggregation.grouping is not None:
            yield aggregation, aggregation.grouping.labels
    for operation in query.all(Binary):
        if operation.matching is not None:
            yield operation, (*operation.matching.labels, *operation.matching.included)


def histograms(metrics: tuple[Metric, ...]) -> list[Metric]:
    return [metric for metric in metrics if metric.type is MetricType.HISTOGRAM]


def test_output_is_deterministic() -> None:
    again: Compiled = sms()
    assert again.files == COMPILED().files
    assert all(text.endswith("\n") and not text.endswith("\n\n") for text in again.files.values())

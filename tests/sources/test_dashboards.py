"""Dashboards of every version: which queries they have, of what use, and where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.reading import covered, read, shown_in_json
from tests.support.needs import lacking
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.sources.source_query import SourceQuery, Use

FILES = Path(__file__).parent / "dashboards"
DATA = Path(__file__).parents[3] / "shared" / "data"

SHAPES: dict[str, tuple[dict[str, str], int]] = {
    "rows_of_schema_16.json": (
        {
            'panel "Placed" (id 1), target A': (
                'rate(shop_orders_placed_total{country="$country"}[5m])'
            ),
            'variable "country"': "group by (country) (shop_orders_placed_total)",
            'annotation "Deploys"': "changes(shop_orders_open[1m]) > 0",
        },
        1,
    ),
    "panels_of_schema_41.json": (
        {
            'panel "Placed, "all"" (id 11), target A': (
                "sum(rate(shop_orders_placed_total[$__rate_interval]))"
            ),
            'panel "Placed, "all"" (id 11), target B (hidden)': "shop_orders_open",
            'panel "Durations" (id 12), target A': (
                "sum by (le) (rate(shop_orders_seconds_bucket[$__rate_interval]))"
            ),
            'panel "Mixed" (id 13), target A': "up",
            'variable "job"': 'group by (job) (up{job=~"shop.*"})',
            'variable "instance"': "topk(3, shop_orders_open)",
            'variable "name"': "{__name__=~`.*(?:shop_.*).*`}",
            'annotation "Alerts"': 'ALERTS{alertstate="firing"}',
        },
        4,
    ),
    "export_with_inputs.json": (
        {
            'panel "Up" (id 3), target A': "up",
            'library panel "Open orders", target A': "shop_orders_open",
        },
        1,
    ),
    "answer_of_the_api.json": ({'panel "Up" (id 1), target A': 'up{job=~"[[job]]"}'}, 0),
    "library_panel.json": ({'library panel "Open orders", target A': "shop_orders_open"}, 0),
    "answer_with_a_library_panel.json": (
        {'library panel "Open orders", target A': "shop_orders_open"},
        0,
    ),
    "library_panel_resource.yaml": (
        {'library panel "Open orders", target A': "shop_orders_open"},
        0,
    ),
    "resource_v1beta1.json": ({'panel "Up" (id 1), target A': "up"}, 0),
    "resource_v2alpha1.json": (
        {
            'panel "Open" (id 1), target A': "shop_orders_open",
            'variable "job"': "group by (job) (up)",
            'annotation "Deploys"': "changes(up[1m]) > 0",
        },
        1,
    ),
    "resource_v2beta1.json": (
        {
            'panel "Durations" (id 1), target A': "shop_orders_seconds_bucket",
            'panel "Durations" (id 1), target B': "up",
            'variable "job"': "group by (job) (up)",
            'annotation "Old"': "up == 0",
        },
        0,
    ),
    "resource_v2.yaml": (
        {
            'panel "Placed" (id 1), target A (hidden)': (
                "sum by (country) (\n  rate(shop_orders_placed_total[$__rate_interval])\n)\n"
            ),
            'variable "job"': "group by (job) (up)",
        },
        0,
    ),
    "list_of_resources.yaml": (
        {'panel "Up" (id 1), target A': "up", 'annotation "Deploys"': "up == 0"},
        0,
    ),
    "bare_v2.json": ({'panel "Up" (id 1), target A': "up"}, 0),
}
"""The queries of each file, and how many are of other data sources."""


def test_every_file_has_its_expectation() -> None:
    assert SHAPES.keys() == {file.name for file in FILES.iterdir()}


@pytest.mark.parametrize("name", SHAPES)
def test_queries_are_found(name: str) -> None:
    found = read(FILES / name)
    queries, passed_over = SHAPES[name]
    assert found.problems == []
    assert found.texts == queries
    assert len(found.queries.queries) == len(queries)
    assert (found.queries.passed_over, found.queries.files) == (passed_over, 1)


@pytest.mark.parametrize("name", SHAPES)
def test_every_name_of_a_metric_stands_where_it_is_said_to(name: str) -> None:
    for query in read(FILES / name).queries.queries:
        word = "up" if "shop_orders" not in query.text else "shop_orders"
        at = query.text.find(word)
        if at >= 0 and query.text.count(word) == 1:
            assert covered(query.place.span(Extent(at, at + len(word)))) == word


def queries_of(name: str) -> dict[str, SourceQuery]:
    return {query.subject: query for query in read(FILES / name).queries.queries}


def test_uses_intervals_heatmaps_and_instant_queries_are_known() -> None:
    found = queries_of("panels_of_schema_41.json")
    a, b = (
        found['panel "Placed, "all"" (id 11), target A'],
        found['panel "Placed, "all"" (id 11), target B (hidden)'],
    )
    assert (a.use, a.interval, a.is_instant, a.is_heatmap) == (Use.PANEL, 60, False, False)
    assert b.interval == 30  # its own
    assert found['panel "Durations" (id 12), target A'].is_heatmap
    assert found['panel "Mixed" (id 13), target A'].is_instant
    assert found['variable "job"'].use is Use.VARIABLE
    assert found['annotation "Alerts"'].use is Use.ANNOTATION

    newer = queries_of("resource_v2beta1.json")
    assert newer['panel "Durations" (id 1), target A'].interval == 120
    assert newer['panel "Durations" (id 1), target A'].is_heatmap
    older = queries_of("resource_v2alpha1.json")['panel "Open" (id 1), target A']
    assert (older.interval, older.is_instant, older.is_heatmap) == (15, True, False)
    assert queries_of("resource_v2.yaml")['panel "Placed" (id 1), target A (hidden)'].is_instant


def test_parts_of_a_variable_are_below_its_own_words() -> None:
    query = queries_of("panels_of_schema_41.json")['variable "job"']
    label, metric = query.place.span(Extent(10, 13)), query.place.span(Extent(16, 18))
    assert (
        [query.text[10:13], query.text[16:18]] == [covered(label), covered(metric)] == ["job", "up"]
    )
    assert metric.column < label.column - 10  # the other way round than in the query
    assert covered(query.place.span(Extent(0, 5))).startswith('"label_values(')  # all of it


@pytest.mark.parametrize(
    ("file", "number"), [("celery-tasks-overview", 43), ("node-exporter-full", 289)]
)
def test_published_dashboards_are_read(file: str, number: int) -> None:
    path = DATA / f"{file}.json"
    if not path.exists():
        lacking(f"needs {path}, which is beside the checkout of the maintainers")
    found = read(path)
    assert (len(found.queries.queries), found.queries.passed_over) == (number, 0)
    for query in found.queries.queries:
        parse(query.text)
        name = query.text.split("{")[0].split("(")[-1].strip(" )\n")
        assert all(shown == name for shown in shown_in_json(query, name) if name)

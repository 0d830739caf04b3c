"""Arbitrary JSON, and dashboards with anything in any place: findings, in limited time."""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources.reading import covered, read
from tests.support.catalogs import compiled, with_metrics
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.lint.baseline import Baseline, BaselineError, baseline_text
from typedprom_codegen.lint.query_check import check_queries
from typedprom_codegen.lint.rules_in_use import every_rule
from typedprom_codegen.load.file_text import LARGEST_FILE
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.queries.checked import QueryOptions
from typedprom_codegen.queries.known import KnownSeries, known_series

FILES = sorted((Path(__file__).parent / "dashboards").glob("*.json"))
TEXTS = {file.name: file.read_text(encoding="utf-8") for file in FILES}
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["prometheus", "${datasource}", "-- Mixed --", "up{a=~`x`}", "\ud800", "1m"])
)
KEYS = st.sampled_from(
    [
        "panels",
        "rows",
        "targets",
        "expr",
        "datasource",
        "type",
        "uid",
        "spec",
        "kind",
        "model",
        "elements",
        "query",
        "templating",
        "list",
        "dashboard",
        "apiVersion",
        "name",
        "id",
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(), inner, max_size=5)
    ),
    max_leaves=15,
)
LIMITED = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> KnownSeries:
    """The series of a small catalog."""
    files = with_metrics("  placed: {type: counter, help: Orders placed.}\n")
    return known_series(compiled(tmp_path_factory.mktemp("catalog"), files).catalog)


def checked(file: Path, text: str, known: KnownSeries) -> list[Diagnostic]:
    """Return what is said about a dashboard; each span is a part of the file."""
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    found = found_in(file, known)
    for diagnostic in found:
        covered(diagnostic.span)
    for query in read(file).queries.queries:
        assert covered(query.place.span(Extent(0, len(query.text)))) or not query.text
    return found


def found_in(file: Path, known: KnownSeries) -> list[Diagnostic]:
    """Return what is said about a file."""
    done = read(file)
    found = check_queries(done.queries.queries, known, QueryOptions(), every_rule().on_queries)
    return [*done.problems, *found]


@LIMITED
@given(value=VALUES)
def test_any_json_is_read(value: object, tmp_path: Path, known: KnownSeries) -> None:
    checked(tmp_path / "x.json", json.dumps(value), known)


@LIMITED
@given(data=st.data())
def test_a_dashboard_with_anything_in_any_place_is_read(
    data: st.DataObject, tmp_path: Path, known: KnownSeries
) -> None:
    dashboard = json.loads(TEXTS[data.draw(st.sampled_from(sorted(TEXTS)))])
    for _ in range(data.draw(st.integers(1, 3))):
        change(dashboard, data)
    checked(tmp_path / "x.json", json.dumps(dashboard, indent=1), known)


def change(dashboard: Any, data: st.DataObject) -> None:
    """Replace, remove or add a value somewhere."""
    places = list(containers(dashboard))
    place = places[data.draw(st.integers(0, len(places) - 1))]
    new = data.draw(VALUES | st.sampled_from(places).map(copy.deepcopy))
    if isinstance(place, dict):
        key = data.draw(st.sampled_from(sorted(place)) | KEYS if place else KEYS)
        place[key] = new
    elif place and data.draw(st.booleans()):
        place[data.draw(st.integers(0, len(place) - 1))] = new
    else:
        place.append(new)


def containers(value: Any) -> list[Any]:
    """Return all lists and mappings."""
    found, ahead = [], [value]
    while ahead:
        here = ahead.pop()
        if isinstance(here, dict | list):
            found.append(here)
            ahead += here.values() if isinstance(here, dict) else here
    return found


@LIMITED
@given(data=st.data())
def test_damaged_text_is_read_or_refused(
    data: st.DataObject, tmp_path: Path, known: KnownSeries
) -> None:
    text = TEXTS[data.draw(st.sampled_from(sorted(TEXTS)))]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    junk = data.draw(st.text(alphabet='{}[]",:\\u00e9$\u2028\n', max_size=8))
    checked(tmp_path / "x.json", text[:start] + junk + text[end:], known)


def test_deep_rows_and_many_panels_take_limited_time(tmp_path: Path, known: KnownSeries) -> None:
    deep: dict[str, Any] = {"targets": [{"expr": "up"}]}
    for _ in range(90):
        deep = {"panels": [deep], "targets": [{"expr": "nothing"}]}
    wide = {"panels": [{"title": "x" * 200, "targets": [{"expr": "nothing("}] * 20}] * 500}
    file = tmp_path / "x.json"
    started = time.process_time()
    for dashboard, number in ((deep, 90), (wide, 10_000)):
        file.write_text(json.dumps(dashboard))
        assert len(found_in(file, known)) == number
    assert time.process_time() - started < 30


def test_a_file_that_is_too_large_is_one_finding(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    file.write_bytes(b" " * (LARGEST_FILE + 1))
    (problem,) = read(file).problems
    assert problem.message == f"`{file}` is larger than 16 MiB"


@settings(deadline=None)
@given(text=st.text(max_size=30) | VALUES.map(json.dumps))
def test_any_text_is_a_baseline_or_is_refused(text: str) -> None:
    try:
        baseline = Baseline.parsed("b.json", text)
    except BaselineError as problem:
        message = str(problem)
        assert "\n" not in message.replace(text, "")
    else:
        assert baseline.without([]) == []


@LIMITED
@given(value=VALUES)
def test_a_baseline_hides_all_that_it_was_written_from(
    value: object, tmp_path: Path, known: KnownSeries
) -> None:
    dashboard = {"panels": [{"title": value, "targets": [{"expr": value}, {"expr": "nothing"}]}]}
    found = checked(tmp_path / "x.json", json.dumps(dashboard), known)
    text = baseline_text(found)
    text.encode("utf-8")
    baseline = Baseline.parsed("b.json", text)
    assert baseline.without(found) == []
    assert list(baseline.stale(found, bool)) == []

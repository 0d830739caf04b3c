"""Rule files in all their shapes: their queries, what alerts carry, what is reported."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources.reading import covered
from tests.support.needs import lacking, require_servers
from tools.servers import program
from typedprom_codegen.diagnostics import Diagnostic, Diagnostics
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.rule_files import queries_of_rules
from typedprom_codegen.sources.rule_queries import RuleQueries
from typedprom_codegen.sources.source_query import Use

ROOT = Path(__file__).parents[3]
CELERY = ROOT.parent / "shared" / "data" / "celery-alerts.yaml"

SHOP = """\
groups:
  - name: shop
    interval: 30s
    query_offset: 1m
    limit: 10
    rules:
      - record: job:orders:rate5m
        expr: sum by (job) (rate(shop_orders_total[5m]))
        labels: {team: shop}
      - alert: OrdersStuck
        expr: >-
          shop_orders_open
            > 100
        for: 1h30m
        keep_firing_for: 5m
        labels: {severity: page, tier: '{{ with query "shop_tier" }}{{ . }}{{ end }}'}
        annotations:
          summary: "{{ $labels.job }}: {{ query \\"max(shop_orders_open{a=\\\\\\"b\\\\\\"})\\" }}"
          raw: '{{ range query `sum by (job) (shop_orders_open)` }}{{ .Labels.job }}{{ end }}'
          piped: '{{ "count(shop_orders_open)" | query | first | value }}'
          made: '{{ with printf "up{job=%q}" $labels.job | query }}{{ end }}{{ query $value }}'
          none: '{{/* query "up" */}} query "up" {{ "query" }} {{ .query "up" }}'
"""

GROUP = """
  - name: g
    rules: [{alert: A, expr: up == 0}]
"""

SHAPES = {
    "Mimir": f"namespace: shop\ngroups:{GROUP}    source_tenants: [a, b]\n",
    "Thanos": f"groups:{GROUP}    partial_response_strategy: abort\n",
    "object": "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n  groups:"
    + GROUP.replace("\n", "\n  "),
    "list": "kind: List\napiVersion: v1\nitems:\n- apiVersion: monitoring.coreos.com/v1\n"
    "  kind: PrometheusRule\n  spec:\n    groups:" + GROUP.replace("\n", "\n    "),
    "documents": f"---\nkind: Service\napiVersion: v1\n---\ngroups:{GROUP}---\n",
    "alias": f"x-rules: &r [{{alert: A, expr: up == 0}}]\n{'groups'}:\n- {{name: g, rules: *r}}\n",
}


def read(folder: Path, text: str, name: str = "rules.yaml") -> tuple[RuleQueries, list[Diagnostic]]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    found = Diagnostics()
    queries = queries_of_rules([FoundFile(str(path), path)], found)
    return queries, list(found)


def test_the_rules_of_a_file(tmp_path: Path) -> None:
    queries, problems = read(tmp_path, SHOP)
    assert problems == []
    record, alert, *templates = queries.queries
    assert (record.use, record.subject) == (Use.RECORD, 'record "job:orders:rate5m"')
    assert record.record is not None
    assert (record.record.name, record.record.labels) == ("job:orders:rate5m", ("team",))
    assert (alert.use, alert.subject, alert.interval) == (Use.ALERT, 'alert "OrdersStuck"', 30)
    assert alert.alert is not None
    assert (alert.alert.name, alert.alert.hold) == ("OrdersStuck", 5400)
    assert [text.name for text in alert.alert.texts if text.is_label] == ["severity", "tier"]
    assert [query.use for query in templates] == [Use.TEMPLATE] * 4
    assert [(query.subject, query.text) for query in templates] == [
        ('alert "OrdersStuck", label "tier"', "shop_tier"),
        ('alert "OrdersStuck", annotation "summary"', 'max(shop_orders_open{a="b"})'),
        ('alert "OrdersStuck", annotation "raw"', "sum by (job) (shop_orders_open)"),
        ('alert "OrdersStuck", annotation "piped"', "count(shop_orders_open)"),
    ]


def test_names_in_queries_and_templates_stand_where_they_are_written(tmp_path: Path) -> None:
    queries, _ = read(tmp_path, SHOP)
    for query in queries.queries:
        name = "shop_tier" if "shop_tier" in query.text else "shop_orders"
        at = query.text.index(name)
        assert covered(query.place.span(Extent(at, at + len(name)))) == name
    escaped = next(query for query in queries.queries if query.text.startswith("max"))
    at = escaped.text.index("b")
    assert covered(escaped.place.span(Extent(at, at + 1))) == "b"
    assert covered(escaped.place.span(Extent(at - 1, at + 2))) == '\\\\\\"b\\\\\\"'


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_other_servers_and_objects(tmp_path: Path, text: str) -> None:
    queries, problems = read(tmp_path, text)
    assert problems == []
    assert [query.text for query in queries.queries] == ["up == 0"]
    assert covered(queries.queries[0].place.span(Extent(0, 2))) == "up"


def test_queries_of_other_languages_are_counted(tmp_path: Path) -> None:
    loki = 'groups: [{name: l, rules: [{alert: A, expr: \'rate({a="b"} |= "c" [5m]) > 1\'}]}]\n'
    queries, problems = read(tmp_path, loki)
    assert (queries.queries, queries.passed_over, problems) == ([], 1, [])


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("{record: a, alert: b, expr: up}", "TP532"),
        ("{expr: up}", "TP532"),
        ("{alert: b}", "TP532"),
        ("{alert: b, expr: ''}", "TP532"),
        ("{alert: b, expr: up, fro: 5m}", "TP532"),
        ("{record: b, expr: up, for: 5m}", "TP532"),
        ("{alert: b, expr: up == 0, for: 1.5h}", "TP534"),
        ("{alert: b, expr: up == 0, for: 5}", "TP534"),
        ("{alert: b, expr: up == 0, keep_firing_for: 5m1h}", "TP534"),
        ("{alert: b, expr: up == 0}, {alert: b, expr: up == 0}", "TP533"),
        ("{alert: b, expr: up == 0, for: 0, labels: {a: b}, annotations: {c: d}}", ""),
        ("{record: b, expr: 1, labels: {a: b}}", ""),
    ],
)
def test_promtool_refuses_what_is_reported(tmp_path: Path, rule: str, code: str) -> None:
    require_servers()
    text = f"groups: [{{name: g, rules: [{rule}]}}]\n"
    _, problems = read(tmp_path, text)
    assert [problem.code.id for problem in problems] == [code] * bool(code)
    lint = ["--lint-fatal"] if code == "TP533" else []
    command = [str(program("promtool")), "check", "rules", *lint, str(tmp_path / "rules.yaml")]
    assert (subprocess.run(command, capture_output=True).returncode == 0) is not bool(code)


def test_promtool_accepts_our_example(tmp_path: Path) -> None:
    require_servers()
    text = SHOP.replace("    query_offset: 1m\n", "")  # since 2.53
    read(tmp_path, text.replace("{{ query $value }}", ""))
    command = [str(program("promtool")), "check", "rules", str(tmp_path / "rules.yaml")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_alerts_of_others_are_read_whole() -> None:
    if not CELERY.exists():
        lacking(f"needs {CELERY}")
    found = Diagnostics()
    queries = queries_of_rules([FoundFile(CELERY.name, CELERY)], found)
    text = yaml.safe_load(CELERY.read_text(encoding="utf-8"))
    rules = [rule for group in text["groups"] for rule in group["rules"]]
    assert list(found) == []
    assert [query.text for query in queries.queries] == [rule["expr"] for rule in rules]


KEYS = st.sampled_from(
    [
        *("groups", "rules", "alert", "record", "expr", "for", "labels", "annotations", "spec"),
        *("kind", "apiVersion", "items", "data", "model", "datasourceUid", "grafana_alert", "<<"),
        *("name", "title", "interval", ""),
    ]
)
WORDS = st.sampled_from(
    ["up", "5m", "{{ query `up` }}", '{{ query "', "PrometheusRule", "List", "v1", "\n a\n", ""]
)
VALUES = st.recursive(
    WORDS | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=25,
)


@given(value=VALUES, style=st.sampled_from([None, '"', "'", "|", ">"]))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_yaml_is_read_and_every_place_is_in_it(
    tmp_path: Path, value: object, style: str | None
) -> None:
    text = yaml.dump(value, default_style=style, allow_unicode=True)
    queries, problems = read(tmp_path, text)
    lines = text.count("\n") + 1
    for query in queries.queries:
        for at in range(len(query.text) + 1):
            assert query.place.span(Extent(at, min(at + 1, len(query.text)))).end_line <= lines
    assert all(1 <= problem.span.line <= lines for problem in problems)


@given(text=st.text(alphabet="{}[]:-\n \"'|>&*!<ab{{query`\\", max_size=60))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_or_reported(tmp_path: Path, text: str) -> None:
    read(tmp_path, text)
    read(tmp_path, SHOP.replace("$labels.job", text.replace("\n", " ").replace('"', "")))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(10_000)),
        "groups: [{name: g, rules: [{alert: A, expr: '" + "(" * 1_000_000 + "'}]}]",
        "groups: [{name: g, rules: [{alert: A, expr: up, annotations: {a: '"
        + "{{ query `" * 100_000
        + "'}}]}]",
        "groups: [{name: g, rules: [{alert: A, expr: up, annotations: {a: '"
        + '{{ query "'
        + '\\"' * 200_000
        + " }}'}}]}]",
        "groups: [{name: g, rules: [{alert: A, expr: '" + 'up{a="' + '\\"' * 200_000 + "'}]}]",
        "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: >\n" + "      up or\n\n" * 50_000,
    ],
    ids=["deep", "aliases", "parentheses", "templates", "open template", "open query", "long"],
)
def test_hostile_files_take_little_time(tmp_path: Path, text: str) -> None:
    queries, _ = read(tmp_path, text)
    for query in queries.queries:
        query.place.span(Extent(len(query.text) - 1, len(query.text)))

"""Text of the catalog is shown unchanged: Grafana does not find references in it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.compiler.grafana_catalogs import Compiled, expressions, from_text, panels
from tests.support import promql
from typedprom_codegen.emit.grafana import GrafanaOptions
from typedprom_codegen.emit.grafana import text as dashboard_text
from typedprom_codegen.emit.grafana.text import JOINER, legend, shown
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.unquote import unquote

VARIABLES = frozenset({"datasource", "job", "instance", "shop"})
# The patterns of Grafana 13 for references in text, and of its data source for labels in legends.
REFERENCE = re.compile(r"\$(\w+)|\[\[(\w+?)(?::\w+)?\]\]|\$\{(\w+)[^}]*\}", re.ASCII)
LABEL = re.compile(r"\{\{\s*(.+?)\s*\}\}", re.DOTALL)
HOSTILE = (
    *(
        "$job",
        "${job}",
        "${job:csv}",
        "[[job]]",
        "[[job:csv]]",
        "$$job",
        "$__interval",
        "${__from}",
    ),
    *(
        "{{shop}}",
        "{{{shop}}}",
        "{{ shop }}",
        "__auto",
        '"',
        "\\",
        "\\$job",
        "é 漢 🎸",
        "</script>",
    ),
    *(
        "line\nbreak",
        "{% raw %}",
        "#{x}",
        "$5 a piece",
        "$(HOME)",
        "%s",
        "'",
        "a\u2028b",
        "[[[job]]]",
    ),
)

texts = st.lists(st.sampled_from((*HOSTILE, " ", "$", "{", "[", "job", "a")), max_size=6).map(
    "".join
)


@given(texts)
def test_grafana_replaces_nothing_in_a_text(text: str) -> None:
    made = shown(text, VARIABLES)
    assert not replaced(made)
    assert made.replace(JOINER, "") == text


@given(texts)
def test_a_text_without_references_is_unchanged(text: str) -> None:
    if not re.search(r"\$\{?(job|__)|\[\[(job|__)", text):
        assert shown(text, VARIABLES) == text


@given(texts)
def test_grafana_replaces_nothing_in_a_legend(text: str) -> None:
    made = legend(text, VARIABLES)
    assert not replaced(made)
    assert not LABEL.search(made)
    assert made not in {"__auto", "__verbose"}
    assert made.replace(JOINER, "") == text


@given(texts, st.sampled_from("\"'`"))
def test_strings_of_a_query_keep_their_value_in_prometheus(text: str, quote: str) -> None:
    literal = quote + text.replace(quote, "") + quote
    if quote != "`":
        body = text.replace("\\", "\\\\").replace("\n", "\\n").replace(quote, "")
        literal = quote + body + quote
    query = parse(f"x{{a={literal}}}")
    made = dashboard_text.literal_strings(query, VARIABLES)
    (string,) = [edit.text for edit in made] or [literal]
    assert not replaced(string)
    assert isinstance(query.root, Selector)
    assert unquote(string, 0) == query.root.matchers[0].value


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_unchanged_in_a_dashboard(tmp_path: Path, text: str) -> None:
    value = json.dumps(text, ensure_ascii=False).replace("\u2028", "\\u2028")
    header = f"catalog: {{namespace: app, title: {value}, description: {value}}}\n"
    made = from_text(
        tmp_path,
        f"""
labels: {{shop: {{help: {value}, domain: {{kind: open, budget: 5}}}}}}
metrics:
  a:
    type: counter
    help: {value}
    labels: [shop]
    dashboard: {{queries: [{{name: {value}, expr: "sum(rate(app_parts_a_total[5m]))"}}]}}
""",
        header=header,
    )
    dashboard = made.dashboard("parts")
    (panel,) = panels(dashboard)
    (target,) = panel["targets"]
    for found in (panel["description"], target["legendFormat"], dashboard["description"]):
        assert not replaced(found)
        assert found.replace(JOINER, "") == text
    assert dashboard["title"].replace(JOINER, "") == f"{text} / Parts"
    assert dashboard["templating"]["list"][3]["description"].replace(JOINER, "") == text
    provider = provisioned(made, "dashboards/typedprom.yaml")["providers"][0]
    assert provider["folder"].replace("$$", "$") == text


def test_a_dollar_in_a_matcher_reaches_prometheus(tmp_path: Path) -> None:
    (panel,) = panels(
        from_text(
            tmp_path,
            r"""
labels: {shop: {help: H., domain: {kind: open, budget: 5}}}
metrics:
  a:
    type: counter
    help: H.
    labels: [shop]
    dashboard:
      queries:
        - name: Q
          expr: rate(app_parts_a_total{shop=`$job\`}[5m]) + rate(app_parts_a_total{shop=~"a$"}[5m])
""",
        ).dashboard("parts")
    )
    (expr,) = expressions(panel)
    assert '{shop="\\x24job\\\\", job=~"$job"' in expr
    assert '{shop=~"a$", job=~"$job"' in expr
    assert promql.parses(expr.replace("$__rate_interval", "1m"))


def test_options_reach_the_dashboards(tmp_path: Path) -> None:
    options = GrafanaOptions(
        title_prefix="[prod] ",
        uid_prefix="Prod Team",
        tags=("prod", "typedprom"),
        all_value=".*",
        dashboards_path="/srv/dashboards",
        datasource_url="http://prometheus:9090",
    )
    made = from_text(tmp_path, "metrics: {a: {type: counter, help: H.}}", options)
    dashboard = made.dashboard("parts")
    assert dashboard["title"] == "[prod] The app / Parts"
    assert dashboard["uid"] == "prod-team-app-parts"
    assert dashboard["tags"] == ["app", "typedprom", "prod"]
    assert dashboard["templating"]["list"][1]["allValue"] == ".*"
    provider = provisioned(made, "dashboards/typedprom.yaml")["providers"][0]
    assert provider["options"]["path"] == "/srv/dashboards"
    source = yaml.safe_load(made.files["provisioning/datasources/prometheus.yaml"])["datasources"][
        0
    ]
    assert source["url"] == "http://prometheus:9090"
    assert source["type"] == "prometheus"


def test_a_catalog_without_a_namespace_is_identified_by_its_title(tmp_path: Path) -> None:
    header = 'catalog: {namespace: "", title: "My app: $1"}\n'
    made = from_text(tmp_path, "metrics: {a: {type: counter, help: H.}}", header=header)
    assert made.dashboard()["uid"] == "my-app-1"


def provisioned(made: Compiled, path: str) -> dict[str, Any]:
    return dict(yaml.safe_load(made.files[f"provisioning/{path}"]))


def replaced(text: str) -> list[str]:
    """Return the names in a text that Grafana would replace by values."""
    names = [a or b or c for a, b, c in REFERENCE.findall(text)]
    return [name for name in names if name in VARIABLES or name.startswith("__")]

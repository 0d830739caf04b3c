"""Reads rule files: of Prometheus, Mimir, Thanos, Kubernetes, and alerts of Grafana."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from typedprom_codegen.codes.foreign_rules import NOT_RULES
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.sources.alert_files import add_grafana_alert, is_grafana_alert
from typedprom_codegen.sources.document import DocumentValue
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.query_documents import documents_of, is_provisioning
from typedprom_codegen.sources.rule_queries import RuleFile, RuleQueries

_RULE_KIND: Final = "PrometheusRule"
_ALERTS_KIND: Final = "GrafanaAlertRuleGroup"
_LIST_KIND: Final = "List"
_NO_GROUPS: Final = {"groups": None}


def queries_of_rules(files: Iterable[FoundFile], found: Diagnostics) -> RuleQueries:
    """The queries of all these files. What Prometheus would refuse is reported."""
    queries = RuleQueries()
    for file in files:
        documents = documents_of(file, found)
        if documents is None:
            continue
        reader = RuleFile(queries, found)
        values = [DocumentValue(document, (), document.data) for document in documents]
        found_rules = [_add(value, reader, queries) for value in values]
        has_rules = any(found_rules) or not any(value.data for value in values)
        queries.files += has_rules
        if not has_rules:
            found.report(
                NOT_RULES,
                f"`{file.shown}` has no rules",
                Span(file.shown, 1, 1, 1, 2),
                help="use a pattern that matches rule files only",
            )
    return queries


def _add(root: DocumentValue, reader: RuleFile, queries: RuleQueries) -> bool:
    """Add the rules of a document; False if it is nothing that can stand beside rules."""
    is_known = False
    for value in _objects(root):
        kind = value["kind"].text
        if kind and value["apiVersion"].text:
            is_known = True
            if kind == _RULE_KIND:
                reader.add_groups(value["spec"]["groups"])
            elif kind == _ALERTS_KIND:
                _add_grafana(value["spec"]["rules"].items(), queries)
        elif is_grafana_alert(value):
            is_known = True
            add_grafana_alert(value, queries)
        elif isinstance(value["groups"].data, list) or value.data == _NO_GROUPS:
            is_known = True
            _add_groups(value, reader, queries)
        elif is_provisioning(value):  # contact points, policies
            is_known = True
    return is_known


def _objects(root: DocumentValue) -> Iterator[DocumentValue]:
    """The object itself, or the items of a list of them."""
    if isinstance(root.data, list):
        yield from root.items()
    elif root["kind"].text.endswith(_LIST_KIND) and isinstance(root["items"].data, list):
        yield from root["items"].items()
    else:
        yield root


def _add_groups(root: DocumentValue, reader: RuleFile, queries: RuleQueries) -> None:
    rules = [rule for group in root["groups"].items() for rule in group["rules"].items()]
    if root["apiVersion"].data is not None or any(map(is_grafana_alert, rules)):
        _add_grafana(rules, queries)
    else:
        reader.add_groups(root["groups"])


def _add_grafana(rules: Iterable[DocumentValue], queries: RuleQueries) -> None:
    for rule in rules:
        add_grafana_alert(rule, queries)

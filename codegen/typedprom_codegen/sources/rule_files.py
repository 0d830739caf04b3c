"""Reads rule files: of Prometheus, Mimir, Thanos, Kubernetes, and alerts of Grafana."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from typedprom_codegen.codes.rule_files import NOT_RULES, RULES_SYNTAX
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.sources.alert_files import add_grafana_alert, is_grafana_alert
from typedprom_codegen.sources.document import Document, DocumentValue
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.json_text import JsonDocument, JsonSyntaxError
from typedprom_codegen.sources.lines import Lines
from typedprom_codegen.sources.query_file_text import text_of
from typedprom_codegen.sources.rule_queries import RuleFile, RuleQueries
from typedprom_codegen.sources.yaml_document import yaml_documents

SUFFIXES: Final = (".yaml", ".yml", ".json")
"""Of the files that a folder stands for."""

_JSON: Final = ".json"
_RULE_KIND: Final = "PrometheusRule"
_ALERTS_KIND: Final = "GrafanaAlertRuleGroup"
_LIST_KIND: Final = "List"


def queries_of_rules(files: Iterable[FoundFile], found: Diagnostics) -> RuleQueries:
    """The queries of all these files. What Prometheus would refuse is reported."""
    queries = RuleQueries()
    for file in files:
        documents = _read(file, found)
        if documents is None:
            continue
        reader = RuleFile(queries, found)
        values = [DocumentValue(document, (), document.data) for document in documents]
        if sum(_add(value, reader, queries) for value in values) == 0:
            found.report(
                NOT_RULES,
                f"`{file.shown}` has no rules",
                Span(file.shown, 1, 1, 1, 2),
                help="use a pattern that matches rule files only",
            )
    return queries


def _read(file: FoundFile, found: Diagnostics) -> Sequence[Document] | None:
    """The documents of a file; None if it cannot be read, which is reported."""
    text = text_of(file, found)
    if text is None:
        return None
    if file.path.suffix != _JSON:
        return yaml_documents(file, text, found)
    try:
        return [JsonDocument(file.shown, text)]
    except JsonSyntaxError as problem:
        place = Lines(text).span(file.shown, problem.offset, min(problem.offset + 1, len(text)))
        message = f"not JSON: {problem.message}"
        found.report(RULES_SYNTAX, message, place, help="export the alerts again, or mend the file")
        return None


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
        elif isinstance(value["groups"].data, list):
            is_known = True
            _add_groups(value, reader, queries)
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

"""Collects the queries of rule files, and reports rules that Prometheus would refuse."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from typedprom_codegen.codes.foreign_rules import DUPLICATE_RULE, INVALID_RULE, RULE_DURATION
from typedprom_codegen.diagnostics import Code, Diagnostics, Related
from typedprom_codegen.message_parts import did_you_mean, quoted
from typedprom_codegen.promql.extent import QuerySyntaxError
from typedprom_codegen.promql.nodes.number import duration_value
from typedprom_codegen.promql.nodes.selector import Selector
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.sources.dashboard_queries import title
from typedprom_codegen.sources.data_sources import may_be_promql
from typedprom_codegen.sources.document import DocumentValue, StringPlace
from typedprom_codegen.sources.rule_templates import template_queries
from typedprom_codegen.sources.source_query import (
    AlertRule,
    AlertText,
    RecordedMetric,
    SourceQuery,
    Use,
)

GROUP_FIELDS: Final = frozenset(
    {
        *("name", "interval", "query_offset", "limit", "labels", "rules"),
        *("partial_response_strategy", "source_tenants", "align_evaluation_time_on_interval"),
        *("evaluation_delay", "remote_write"),
    }
)
"""Of a group, in Prometheus, Thanos and Mimir."""

ALERT_FIELDS: Final = ("for", "keep_firing_for", "annotations")
RULE_FIELDS: Final = frozenset({"record", "alert", "expr", "labels", *ALERT_FIELDS})

_OF_OTHERS: Final = frozenset({"debug", "update_entries_limit", "type", "headers", "params"})
"""Fields of rules that other servers have."""

DURATION: Final = re.compile(
    r"(?=\d)(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?|0", re.ASCII
)
_EXAMPLE: Final = "write whole numbers with units, the largest first: `90s`, `5m`, `1h30m`"
_GROUP: Final = "write `- name: …` and `rules:` below it"
_Named = tuple[str, str, frozenset[tuple[str, str]], tuple[str, ...]]


@dataclass(slots=True)
class RuleQueries:
    """The queries of rules and alerts, and the number of those that are not PromQL."""

    queries: list[SourceQuery] = field(default_factory=list)
    passed_over: int = 0
    files: int = 0  # that have rules


class RuleFile:
    """The groups of one file of Prometheus, Mimir or Thanos, in one or several documents."""

    def __init__(self, queries: RuleQueries, found: Diagnostics) -> None:
        self._queries = queries
        self._found = found
        self._rules: dict[_Named, DocumentValue] = {}

    def add_groups(self, groups: DocumentValue) -> None:
        """Add the rules of a list of groups."""
        names: dict[str, DocumentValue] = {}
        for group in groups.items():
            if not group.is_mapping:
                self._report(INVALID_RULE, "a group must have `name` and `rules`", group, _GROUP)
                continue
            self._check_group(group)
            self._check_name(group["name"], names)
            interval = self._seconds(group["interval"])
            self._seconds(group["query_offset"])
            for rule in group["rules"].items():
                self._add_rule(rule, group, interval)

    def _check_name(self, name: DocumentValue, names: dict[str, DocumentValue]) -> None:
        first = names.setdefault(name.text, name) if name.text else name
        if first is not name:
            self._found.report(
                INVALID_RULE,
                f"two groups of the file are named {title(name.text)}",
                name.span(),
                help="rename one of them",
                related=[Related(first.span(), "the first group of that name")],
            )

    def _add_rule(self, rule: DocumentValue, group: DocumentValue, interval: float | None) -> None:
        if not rule.is_mapping:
            message = "a rule must have `expr`, and `record` or `alert`"
            self._report(INVALID_RULE, message, rule, "write `- alert: …` and `expr:` below it")
            return
        self._check_fields(rule)
        alert, record = rule["alert"], rule["record"]
        if bool(alert.text) == bool(record.text):
            self._report_name(rule)
            return
        name = alert if alert.text else record
        if not rule["expr"].text.strip():
            message = f"{_subject(rule)} has no `expr`"
            self._report(INVALID_RULE, message, name, "write the query in `expr`")
            return
        self._check_repeated(rule, group)
        if record.text:
            self._add_record(rule, interval)
        else:
            self._add_alert(rule, interval)

    def _report_name(self, rule: DocumentValue) -> None:
        if rule["alert"].text:
            message = f"a rule is both alert {title(rule['alert'].text)} and a recording rule"
            self._report(INVALID_RULE, message, rule["record"], "make two rules of it")
        else:
            message = "a rule has neither `alert` nor `record`"
            self._report(INVALID_RULE, message, rule, "name it: `alert: …` or `record: …`")

    def _add_record(self, rule: DocumentValue, interval: float | None) -> None:
        record = rule["record"]
        for name in ALERT_FIELDS:
            if rule[name].data is not None:
                message = f"{_subject(rule)} has `{name}`, which only alerts can have"
                self._report(INVALID_RULE, message, rule[name], f"remove `{name}`")
        if "{" in record.text:
            message = f"the name of {_subject(rule)} has braces in it"
            self._report(INVALID_RULE, message, record, "write labels under `labels:`")
            return
        labels = tuple(str(label.path[-1]) for label in _texts(rule["labels"]))
        recorded = RecordedMetric(record.text, labels)
        self._add(rule, Use.RECORD, interval, record=recorded)

    def _add_alert(self, rule: DocumentValue, interval: float | None) -> None:
        hold = self._seconds(rule["for"])
        self._seconds(rule["keep_firing_for"])
        texts = [
            AlertText(str(text.path[-1]), text.text, key == "labels", StringPlace(text))
            for key in ("labels", "annotations")
            for text in _texts(rule[key])
        ]
        known = 0.0 if rule["for"].data is None else hold
        alert = AlertRule(rule["alert"].text, known, tuple(texts))
        self._add(rule, Use.ALERT, interval, alert=alert)
        for text in texts:
            kind = "label" if text.is_label else "annotation"
            subject = f"{_subject(rule)}, {kind} {title(text.name)}"
            for query in template_queries(text.text, text.place):
                self._queries.queries.append(
                    SourceQuery(query.text, Use.TEMPLATE, query.place, subject, is_instant=True)
                )

    def _add(
        self,
        rule: DocumentValue,
        use: Use,
        interval: float | None,
        *,
        alert: AlertRule | None = None,
        record: RecordedMetric | None = None,
    ) -> None:
        expr = rule["expr"]
        if not may_be_promql(expr.text):  # of Loki, whose rule files look the same
            self._queries.passed_over += 1
            return
        self._queries.queries.append(
            SourceQuery(
                expr.text,
                use,
                StringPlace(expr),
                _subject(rule),
                interval=interval,
                alert=alert,
                record=record,
                is_instant=True,
            )
        )

    def _check_repeated(self, rule: DocumentValue, group: DocumentValue) -> None:
        """Report a rule of whose name, labels and series there is another in the file."""
        labels = {str(label.path[-1]): label.text for label in _texts(group["labels"])}
        labels |= {str(label.path[-1]): label.text for label in _texts(rule["labels"])}
        names = (rule["alert"].text, rule["record"].text)
        key = (*names, frozenset(labels.items()), _selected(rule["expr"].text))
        first = self._rules.setdefault(key, rule)
        if first is rule:
            return
        named = "alert" if rule["alert"].text else "record"
        self._found.report(
            DUPLICATE_RULE,
            f"{_subject(rule)} is there twice with the same labels and of the same series",
            rule[named].span(),
            help="rename one of the two, or give one another label",
            related=[Related(first[named].span(), "the first of the two")],
        )

    def _check_fields(self, rule: DocumentValue) -> None:
        """Report the fields of a rule that Prometheus does not know."""
        data = rule.data if isinstance(rule.data, dict) else {}
        wanted = [name for name in RULE_FIELDS if name not in data]
        for key in data.keys() - RULE_FIELDS - _OF_OTHERS:
            near = did_you_mean(key, wanted)
            help = "correct or remove it" if near else "remove it"
            self._report(INVALID_RULE, f"`{key}` is not a field of a rule{near}", rule[key], help)

    def _check_group(self, group: DocumentValue) -> None:
        """Report fields that are spelled nearly like known ones; others may be of any server."""
        data = group.data if isinstance(group.data, dict) else {}
        wanted = [name for name in GROUP_FIELDS if name not in data]
        for key in data.keys() - GROUP_FIELDS:
            if near := did_you_mean(key, wanted):
                message = f"`{key}` is not a field of a group{near}"
                self._report(INVALID_RULE, message, group[key], "correct or remove it")

    def _seconds(self, value: DocumentValue) -> float | None:
        """The seconds of a duration; None if there is none, or one that is reported."""
        if value.data is None:
            return None
        if value.text and DURATION.fullmatch(value.text):
            return duration_value(value.text)
        written = value.text or str(value.data)
        message = f"`{value.path[-1]}` is {quoted(written)}, which is not a duration"
        self._report(RULE_DURATION, message, value, _EXAMPLE)
        return None

    def _report(self, code: Code, message: str, value: DocumentValue, help: str) -> None:
        self._found.report(code, message, value.span(), help=help)


def _subject(rule: DocumentValue) -> str:
    """A rule for people: `alert "QueueStuck"`."""
    named = "alert" if rule["alert"].text else "record"
    return f"{named} {title(rule[named].text)}"


def _texts(mapping: DocumentValue) -> list[DocumentValue]:
    """The values of labels or annotations."""
    return list(mapping.items()) if mapping.is_mapping else []


def _selected(text: str) -> tuple[str, ...]:
    """The selectors of a query, as written; of what is no query, the text."""
    try:
        query = parse(text)
    except QuerySyntaxError:
        return (text,)
    return tuple(
        text[node.extent.start : node.extent.end]
        for node in query.nodes
        if isinstance(node, Selector)
    )

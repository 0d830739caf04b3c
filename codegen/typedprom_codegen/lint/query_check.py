"""Checks queries: reads each, works out its types, and applies the rules on queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import islice
from operator import attrgetter
from typing import Any, Final, NamedTuple

from typedprom_codegen.codes.query_syntax import QUERY_SYNTAX
from typedprom_codegen.diagnostics import Code, Diagnostic, Severity
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.promql.extent import Extent, QuerySyntaxError
from typedprom_codegen.promql.lexer import VARIABLE, WORD, Tokens, has_variable
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.selector import PATTERN_OPERATORS, Selector
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.query import Query
from typedprom_codegen.queries.checked import CheckedQuery, QueryOptions
from typedprom_codegen.queries.infer import types_of
from typedprom_codegen.queries.known import KnownSeries, Series
from typedprom_codegen.sources.source_query import SourceQuery

MOST_FINDINGS: Final = 100
"""Findings in one query: a pattern can list 200,000 values that a label never has."""

_ByNode = dict[type[Expression], tuple[QueryRule[Any], ...]]


_seen_by_rules = attrgetter(
    *(each.name for each in fields(SourceQuery) if each.name not in {"place", "subject", "entry"})
)
"""What the findings in a query depend on: all but where it stands."""


class _Found(NamedTuple):
    """A finding and the code of its rule."""

    code: Code
    finding: Finding


def check_queries(
    sources: Iterable[SourceQuery],
    known: KnownSeries,
    options: QueryOptions,
    rules: Iterable[QueryRule[Any]],
) -> Iterator[Diagnostic]:
    """What is wrong with these queries, in their order.

    A query that stands in several places is checked once, and reported at each.
    """
    checker = _Checker(known, options, tuple(rules))
    for source in sources:
        found = checker.check(source)
        if not found:
            continue
        metric = source.metric or _only_metric(source.text, known)
        for code, finding in found:
            yield Diagnostic(
                code,
                finding.message,
                (finding.place or source.place).span(finding.extent),
                finding.help,
                metric=metric,
                entry=source.entry,
                subject=source.subject,
            )


def _only_metric(text: str, known: KnownSeries) -> str | None:
    """The key of the catalog's metric that alone a query is about; None if there are others."""
    try:
        query = parse(text)
    except QuerySyntaxError:
        return None
    keys = {_key(known.get(node.name)) for node in query.nodes if isinstance(node, Selector)}
    return keys.pop() if len(keys) == 1 else None


def _key(series: Series | None) -> str | None:
    declared = series.metric.declared if series is not None else None
    return declared.key if declared is not None else None


class _Checker:
    """The rules by the nodes that they look at, and what they have found in each query."""

    def __init__(
        self, known: KnownSeries, options: QueryOptions, rules: tuple[QueryRule[Any], ...]
    ) -> None:
        self._known = known
        self._options = options
        self._of_root = tuple(rule for rule in rules if rule.on is Expression)
        self._of_parts = tuple(rule for rule in rules if rule.on is not Expression)
        self._by_node: _ByNode = {}
        self._found: dict[object, Sequence[_Found]] = {}

    def check(self, source: SourceQuery) -> Sequence[_Found]:
        """What is wrong with a query."""
        if source.alert is not None:  # its texts are its own
            return self._check(source)
        key = _seen_by_rules(source)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._check(source)
        return found

    def _check(self, source: SourceQuery) -> Sequence[_Found]:
        try:
            query = parse(source.text)
        except QuerySyntaxError as error:
            finding = Finding(f"not PromQL: {error.message}", error.extent, _SYNTAX_HELP)
            return (_Found(QUERY_SYNTAX, finding),)
        types = types_of(query, self._known)
        checked = CheckedQuery(query, types, source, self._known, self._options)
        applied = islice(self._apply(checked), MOST_FINDINGS)
        found = [_Found(code, finding) for code, finding in applied]
        if source.is_generated:
            found += [_Found(QUERY_SYNTAX, finding) for finding in _variables(query)]
        return _without_consequences(found) if len(found) > 1 else found

    def _apply(self, checked: CheckedQuery) -> Iterator[tuple[Code, Finding]]:
        query, by_node = checked.query, self._by_node
        for node in query.nodes:
            rules = by_node.get(type(node))
            if rules is None:
                rules = by_node[type(node)] = self._rules_on(type(node))
            for rule in rules:
                for finding in rule.check(node, checked):
                    yield rule.code, finding
        for rule in self._of_root:
            for finding in rule.check(query.root, checked):
                yield rule.code, finding

    def _rules_on(self, node: type[Expression]) -> tuple[QueryRule[Any], ...]:
        return tuple(rule for rule in self._of_parts if issubclass(node, rule.on))


def _without_consequences(found: list[_Found]) -> list[_Found]:
    """Each finding once, without the warnings about text that an error is about."""
    errors = {each.finding.extent for each in found if each.code.severity is Severity.ERROR}
    return [
        each
        for each in dict.fromkeys(found)
        if each.code.severity is Severity.ERROR or each.finding.extent not in errors
    ]


def _variables(query: Query) -> Iterator[Finding]:
    """Words with Grafana's variables, and patterns with a `$` that can only begin one."""
    tokens = Tokens(query.text)
    for index, (kind, word) in enumerate(zip(tokens.kinds, tokens.texts, strict=True)):
        if kind == WORD and has_variable(word):
            yield _variable(word, tokens.extent(index))
    for node in query.nodes:
        if isinstance(node, Selector):
            for matcher in node.matchers:
                variable = re.search(VARIABLE, matcher.value, re.ASCII)
                if variable and matcher.operator in PATTERN_OPERATORS:
                    yield _variable(variable[0], matcher.extent)


def _variable(text: str, extent: Extent) -> Finding:
    return Finding(f"not PromQL: `{text}` is a Grafana variable", extent, _VARIABLE_HELP)


_SYNTAX_HELP: Final = "write the query as it works in Prometheus"
_VARIABLE_HELP: Final = (
    "write a window such as 5m, and no matchers for variables: the compiler adds both"
)

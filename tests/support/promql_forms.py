"""Syntax trees of three parsers in one form, to be compared: nested tuples of kinds and names.

A plus sign and the values of numbers are left out; a minus sign before a number is part of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import promql_parser

from tests.support.lezer import Node
from typedprom_codegen.promql.nodes.aggregation import Aggregation
from typedprom_codegen.promql.nodes.binary import Binary, Matching
from typedprom_codegen.promql.nodes.call import Call
from typedprom_codegen.promql.nodes.expression import Expression
from typedprom_codegen.promql.nodes.number import Number
from typedprom_codegen.promql.nodes.parenthesis import Parenthesis
from typedprom_codegen.promql.nodes.range import Range
from typedprom_codegen.promql.nodes.selector import LabelName, Selector
from typedprom_codegen.promql.nodes.string import String
from typedprom_codegen.promql.nodes.subquery import Subquery
from typedprom_codegen.promql.nodes.timed import Timed
from typedprom_codegen.promql.nodes.unary import Unary
from typedprom_codegen.promql.unquote import unquote

Form: TypeAlias = tuple[object, ...]

NUMBER: Form = ("number",)
STRING: Form = ("string",)


def of_query(node: Expression) -> Form:
    """The form of our tree."""
    match node:
        case Number():
            return NUMBER
        case String():
            return STRING
        case Parenthesis():
            return ("()", of_query(node.expression))
        case Unary():
            inner = of_query(node.expression)
            return _negative(inner) if node.sign == "-" else inner
        case Call():
            return ("call", node.name, *map(of_query, node.arguments))
        case Aggregation():
            grouping = node.grouping
            by = (grouping.keyword, _names(grouping.labels)) if grouping else ("", ())
            return ("aggregation", node.name, *by, *map(of_query, node.parts()))
        case Binary():
            sides = of_query(node.left), of_query(node.right)
            return ("binary", node.operator, node.returns_bool, *_matching(node.matching), *sides)
        case Timed():
            return _timed(_of_timed(node), _times(node))
    raise TypeError(type(node))


def _of_timed(node: Timed) -> Form:
    match node:
        case Selector():
            is_matcher = any(m.value_extent == node.name_extent for m in node.matchers)
            own = () if node.name is None or is_matcher else (("__name__", "="),)
            others = tuple((m.label.name, m.operator) for m in node.matchers)
            return _selector((*own, *others))
        case Range():
            return ("range", of_query(node.selector))
        case Subquery():
            return ("subquery", of_query(node.expression), node.step is not None)
    raise TypeError(type(node))


def _times(node: Timed) -> Iterable[str]:
    if node.offset is not None:
        yield "offset"
    if node.at is not None:
        yield "@"
    if node.extension:
        yield node.extension


def _matching(matching: Matching | None) -> Form:
    if matching is None:
        return ("", (), "", ())
    labels, included = _names(matching.labels), _names(matching.included)
    return (matching.keyword, labels, matching.many, included)


def _names(labels: tuple[LabelName, ...]) -> tuple[str, ...]:
    return tuple(label.name for label in labels)


def of_promql_parser(node: object) -> Form:
    """The form of promql-parser's tree."""
    match node:
        case promql_parser.NumberLiteral():
            return NUMBER
        case promql_parser.StringLiteral():
            return STRING
        case promql_parser.ParenExpr():
            return ("()", of_promql_parser(node.expr))
        case promql_parser.UnaryExpr():
            return _negative(of_promql_parser(node.expr))
        case promql_parser.Call():
            return ("call", node.func.name, *map(of_promql_parser, node.args))
        case promql_parser.AggregateExpr():
            parts = [part for part in (node.param, node.expr) if part is not None]
            by = _grouping(node.modifier)
            return ("aggregation", str(node.op), *by, *map(of_promql_parser, parts))
        case promql_parser.BinaryExpr():
            sides = of_promql_parser(node.lhs), of_promql_parser(node.rhs)
            return ("binary", str(node.op), *_modifier(node.modifier), *sides)
        case promql_parser.VectorSelector():
            return _timed(_vector(node), _moved(node))
        case promql_parser.MatrixSelector():
            selector = node.vector_selector
            return _timed(("range", _vector(selector)), _moved(selector))
        case promql_parser.SubqueryExpr():
            has_step = node.step is not None
            return _timed(("subquery", of_promql_parser(node.expr), has_step), _moved(node))
    raise TypeError(type(node))


def _vector(selector: promql_parser.VectorSelector) -> Form:
    own = () if selector.name is None else (("__name__", "="),)
    signs = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}
    found = selector.matchers.matchers
    others = tuple((m.name, signs[str(m.op).rpartition(".")[2]]) for m in found)
    return _selector((*own, *others))


def _moved(node: promql_parser.VectorSelector | promql_parser.SubqueryExpr) -> Iterable[str]:
    if node.offset is not None:
        yield "offset"
    if node.at is not None:
        yield "@"


def _grouping(modifier: promql_parser.AggModifier | None) -> Form:
    if modifier is None:
        return ("", ())
    by = str(modifier.type).endswith("By")
    return ("by" if by else "without", tuple(modifier.labels))


def _modifier(modifier: promql_parser.BinModifier | None) -> Form:
    if modifier is None:
        return (False, "", (), "", ())
    matching = modifier.matching
    keyword, labels = "", tuple[str, ...]()
    if matching is not None:
        keyword = "on" if str(matching.type).endswith("Include") else "ignoring"
        labels = tuple(matching.labels)
    sides = {"ManyToOne": "group_left", "OneToMany": "group_right"}
    many = sides.get(str(modifier.card).rpartition(".")[2], "")
    included = tuple(modifier.group_labels or ()) if many else ()
    return (modifier.return_bool, keyword, labels, many, included)


def of_lezer(node: Node) -> Form:
    """The form of the tree of Prometheus' grammar for editors."""
    match node.name:
        case "PromQL":
            return of_lezer(node.parts[0])
        case "NumberDurationLiteral":
            return NUMBER
        case "StringLiteral":
            return STRING
        case "ParenExpr":
            return ("()", of_lezer(node.parts[0]))
        case "UnaryExpr":
            inner = of_lezer(node.parts[1])
            return _negative(inner) if node.parts[0].text == "-" else inner
        case "FunctionCall":
            return ("call", node.parts[0].text, *_arguments(node))
        case "AggregateExpr":
            return ("aggregation", node.parts[0].text.lower(), *_by(node), *_arguments(node))
        case "BinaryExpr":
            sides = of_lezer(node.parts[0]), of_lezer(node.parts[-1])
            operator = node.parts[1].text.lower()
            return ("binary", operator, node.has("BoolModifier"), *_clause(node), *sides)
        case "VectorSelector":
            return _lezer_selector(node)
        case "MatrixSelector":
            return ("range", of_lezer(node.parts[0]))
        case "SubqueryExpr":
            return ("subquery", of_lezer(node.parts[0]), len(node.all("DurationExpr")) > 1)
        case "OffsetExpr":
            return _timed(of_lezer(node.parts[0]), ["offset"])
        case "StepInvariantExpr":
            return _timed(of_lezer(node.parts[0]), ["@"])
        case "AnchoredExpr" | "SmoothedExpr":
            return _timed(of_lezer(node.parts[0]), [node.parts[-1].text.lower()])
    raise TypeError(node.name)


def _arguments(node: Node) -> Iterable[Form]:
    (body,) = node.all("FunctionCallBody")
    return map(of_lezer, body.parts)


def _by(node: Node) -> Form:
    for modifier in node.all("AggregateModifier"):
        return (modifier.parts[0].text.lower(), _lezer_labels(modifier.parts[1]))
    return ("", ())


def _clause(node: Node) -> Form:
    for clause in node.all("MatchingModifierClause"):
        keyword, labels, *group = clause.parts
        many = group[0].text.lower() if group else ""
        included = _lezer_labels(group[1]) if len(group) > 1 else ()
        return (keyword.text.lower(), _lezer_labels(labels), many, included)
    return ("", (), "", ())


def _lezer_labels(node: Node) -> tuple[str, ...]:
    return tuple(map(_label, node.parts))


def _label(node: Node) -> str:
    return unquote(node.text, 0) if node.text[0] in "\"'`" else node.text


def _lezer_selector(node: Node) -> Form:
    found = [("__name__", "=")] if node.has("Identifier") else []
    for matchers in node.all("LabelMatchers"):
        for part in matchers.parts:
            if part.name == "QuotedLabelName":
                found.append(("__name__", "="))
            else:
                label, operator, _ = part.parts
                found.append((_label(label), operator.text))
    return _selector(tuple(found))


def _selector(matchers: tuple[tuple[str, str], ...]) -> Form:
    return ("selector", tuple(sorted(matchers)))


def without_times(form: Form) -> Form:
    """A form without what moves selectors in time."""
    if form[:1] == ("timed",):
        return without_times(form[2]) if isinstance(form[2], tuple) else form
    return tuple(without_times(part) if isinstance(part, tuple) else part for part in form)


def _negative(inner: Form) -> Form:
    return inner if inner == NUMBER else ("-", inner)


def _timed(inner: Form, times: Iterable[str]) -> Form:
    given = frozenset(times)
    if inner[0] == "timed" and isinstance(inner[1], frozenset):
        return ("timed", inner[1] | given, inner[2])
    return ("timed", given, inner) if given else inner

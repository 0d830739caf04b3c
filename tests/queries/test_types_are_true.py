"""What Prometheus returns for random queries is within what their types say."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tests.queries import shop
from tests.queries.random_queries import Maker
from tests.queries.shop import SEED
from tools.promql_api import Answer, Api, QueryError
from typedprom_codegen.promql.extent import QuerySyntaxError
from typedprom_codegen.promql.nodes.binary import SETS, Binary
from typedprom_codegen.promql.nodes.expression import Kind
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.queries.infer import types_of
from typedprom_codegen.queries.matching import match
from typedprom_codegen.queries.types import Type

QUERIES = 1500


def test_results_are_within_the_types(api: Api) -> None:
    maker = Maker(SEED)
    wrong, answered = [], 0
    for _ in range(QUERIES):
        text = maker.query()
        try:
            answers = api.query(text, at=float(shop.END))
        except QueryError:
            continue  # many-to-many, duplicate label sets: said at evaluation only
        answered += bool(answers)
        wrong += [f"{text}\n    {problem}" for problem in problems(text, answers)]
    assert not wrong, f"{len(wrong)} of {answered}\n" + "\n".join(wrong[:20])
    assert answered > QUERIES / 4


def test_results_are_within_the_types_of_queries_with_variables(api: Api) -> None:
    """Whatever a variable stands for: here, for what it replaced."""
    maker, wrong, checked = Maker(SEED + 1), [], 0
    for _ in range(QUERIES):
        text = maker.query()
        varied = maker.with_variables(text)
        try:
            query = parse(varied)
            answers = api.query(text, at=float(shop.END))
        except (QueryError, QuerySyntaxError):
            continue
        checked += bool(answers)
        found = types_of(query, shop.known())[query.root]
        wrong += [f"{varied}\n    {text}: {p}" for p in {excluded(found, a) for a in answers} if p]
    assert not wrong, f"{len(wrong)} of {checked}\n" + "\n".join(wrong[:20])
    assert checked > QUERIES / 4


def problems(text: str, answers: list[Answer]) -> Iterator[str]:
    """Say what in an answer the type excludes; one problem a query."""
    query = parse(text)
    types = types_of(query, shop.known())
    found = types[query.root]
    for answer in answers:
        if (problem := excluded(found, answer)) is not None:
            yield f"{shop.in_words(found)}: {problem} in {answer}"
            return
    root = query.root
    if answers and isinstance(root, Binary) and root.operator not in SETS:
        left, right = types[root.left], types[root.right]
        if left.kind is right.kind is Kind.INSTANT:
            matched = match(left.labels, right.labels, root.matching, frozenset())
            if not matched.is_possible:
                yield f"matches, though {matched}"


def excluded(found: Type, answer: Answer) -> str | None:
    labels = found.labels
    for name, value in answer.labels.items():
        if name == "__name__":
            continue
        if not labels.may_have(name):
            return f"label {name}"
        if value not in labels.values.get(name, {value}):
            return f"value {value} of {name}"
    missing = labels.sure - answer.labels.keys()
    if missing:
        return f"no {', '.join(sorted(missing))}"
    number, (least, greatest) = answer.value, found.bounds
    slack = 1e-9 * max(1.0, abs(number) if math.isfinite(number) else 1.0)
    if number < least - slack or number > greatest + slack:
        return f"value {number}"
    return None

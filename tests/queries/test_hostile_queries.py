"""Types of huge queries: no recursion, and time in proportion to the text."""

import timeit
from collections.abc import Iterator

import pytest

from tests.queries.shop import known
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.promql.query import Query
from typedprom_codegen.queries.infer import types_of
from typedprom_codegen.queries.known import KnownSeries

DEPTH = 20_000
NAME = "shop_requests_total"


def nested(before: str, after: str) -> str:
    return before * DEPTH + NAME + after * DEPTH


def huge() -> Iterator[tuple[str, str]]:
    yield "parentheses", nested("(", ")")
    yield "calls", nested("abs(", ")")
    yield "aggregations", nested("sum by (code) (", ")")
    yield "sum", " + ".join([NAME] * DEPTH)
    yield "quotients", "1" + " / (1".replace("1", NAME) * DEPTH + ")" * DEPTH
    yield "quotients to the left", "(" * DEPTH + NAME + f" / {NAME})" * DEPTH
    yield "alternatives", " or ".join([NAME, "shop_memory_bytes", "nobody_knows"] * DEPTH)
    yield "series", " + ".join([*known().by_name] * (DEPTH // 40))
    yield "powers", " * ".join(["shop_memory_bytes"] * DEPTH)
    yield "numbers", " ^ ".join(["1e300"] * DEPTH)
    made = (f', "l{i}", "x", "", "")' for i in range(DEPTH))
    yield "labels made", "label_replace(" * DEPTH + NAME + "".join(made)
    many = ", ".join(f"l{i}" for i in range(DEPTH))
    yield "labels kept", f"sum by ({many}) (nobody_knows) + sum by ({many}) (nobody_knows)"
    yield "matchers", NAME + "{" + ", ".join(f'l{i}=~"a{i}.*"' for i in range(DEPTH // 10)) + "}"
    dropped = "".join(f"sum without (l{i}) (" for i in range(DEPTH))
    yield "labels dropped", f"{dropped}nobody_knows{')' * DEPTH}"
    joined = (f', "l{i}", "", "l{i + 1}")' for i in range(DEPTH))
    yield "labels joined", "label_join(" * DEPTH + NAME + "".join(joined)


@pytest.mark.alone
@pytest.mark.parametrize(("what", "text"), [*huge()], ids=lambda text: text[:25])
def test_huge_queries_take_linear_time(what: str, text: str) -> None:
    query, series = parse(text), known()
    assert fastest(query, series) < 100e-6 * (DEPTH + len(query.nodes)), what


def fastest(query: Query, series: KnownSeries, times: int = 1) -> float:
    return min(timeit.repeat(lambda: types_of(query, series), number=1, repeat=times))


@pytest.mark.alone
def test_types_take_no_longer_in_a_large_catalog() -> None:
    small = known()
    others = {f"other_{i}": small.by_name[NAME] for i in range(50_000)}
    large = KnownSeries({**others, **small.by_name}, small.target_labels)
    query = parse(f"sum by (code) (rate({NAME}[5m])) / on () group_left () sum(rate({NAME}[5m]))")
    assert fastest(query, large, 200) < 2 * fastest(query, small, 200) + 50e-6

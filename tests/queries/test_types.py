"""The types of queries, in words, one file of `types/` a kind of expression."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.queries.shop import in_words, known, type_of
from typedprom_codegen.promql.functions import FUNCTIONS
from typedprom_codegen.promql.nodes.expression import Kind
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.queries.infer import types_of
from typedprom_codegen.queries.infer.of_call import CALLS

FOLDER = Path(__file__).parent / "types"


def cases() -> Iterator[tuple[str, str]]:
    for path in sorted(FOLDER.glob("*.txt")):
        for case in path.read_text().strip().split("\n\n"):
            query, _, expected = case.partition("\n    ")
            yield query, expected


@pytest.mark.parametrize(("query", "expected"), [*cases()], ids=lambda text: text[:60])
def test_types(query: str, expected: str) -> None:
    assert in_words(type_of(query)) == expected


def test_every_function_has_a_type() -> None:
    assert set(CALLS) - {"holt_winters"} == set(FUNCTIONS) - {"holt_winters"}


@pytest.mark.parametrize("query", [query for query, _ in cases()])
def test_kinds_are_those_of_the_nodes(query: str) -> None:
    parsed = parse(query)
    types = types_of(parsed, known())
    assert list(types) == list(parsed.nodes)
    wrong = [
        (parsed.text[node.start : node.end], found.kind)
        for node, found in types.items()
        if found.kind is not node.kind and Kind.ANY not in {found.kind, node.kind}
    ]
    assert not wrong


def series_of(query: str) -> list[str]:
    return [series.name for series in type_of(query).series]


def test_series_are_those_that_values_come_from() -> None:
    both = "rate(shop_requests_total[5m]) / on (job) shop_memory_bytes or vector(0)"
    assert series_of(both) == ["shop_requests_total", "shop_memory_bytes"]
    assert series_of("shop_memory_bytes / shop_memory_bytes") == ["shop_memory_bytes"]


def test_no_series_are_known_if_one_is_not() -> None:
    assert series_of("shop_memory_bytes + nobody_knows") == []
    assert series_of("sum(nobody_knows) + shop_memory_bytes") == []
    assert type_of("sum(nobody_knows) + 1").has_series
    assert not type_of("vector(time()) + 1").has_series


def dropped(query: str) -> dict[str, str]:
    gone = type_of(query).labels.gone.items()
    texts = {name: query[node.start : node.end] for name, node in gone}
    return {name: text for name, text in texts.items() if not name.startswith("exported_")}


def test_labels_that_are_gone_are_so_by_the_innermost_that_dropped_them() -> None:
    inner = "sum without (code) (rate(shop_requests_total[5m]))"
    assert dropped(f"max by (job) ({inner})") == {
        "code": inner,
        "route": f"max by (job) ({inner})",
        "cluster": f"max by (job) ({inner})",
        "instance": f"max by (job) ({inner})",
        "tier": f"max by (job) ({inner})",
    }


def test_a_matching_drops_labels() -> None:
    query = "shop_requests_total / ignoring (code) shop_waiting"
    assert dropped(query) == {"code": query}


def test_a_label_that_is_made_again_is_not_gone() -> None:
    query = 'label_replace(sum by (job) (shop_requests_total), "code", "x", "", "")'
    assert "code" not in dropped(query)
    assert "route" in dropped(query)


def test_buckets_are_known_as_long_as_there_is_le() -> None:
    kept = (
        "shop_latency_seconds_bucket",
        "rate(shop_latency_seconds_bucket[5m])",
        "sum by (le, job) (increase(shop_latency_seconds_bucket[5m]))",
        "sum without (route) (rate(shop_latency_seconds_bucket[5m])) * 2",
        "(shop_latency_seconds_bucket > 0)",
        "sum_over_time(rate(shop_latency_seconds_bucket[5m])[1h:])",
    )
    lost = (
        "sum by (job) (shop_latency_seconds_bucket)",
        "sum without (le) (shop_latency_seconds_bucket)",
        "max by (le) (shop_latency_seconds_bucket)",
        "shop_latency_seconds_sum",
        "shop_latency_seconds_bucket + ignoring (le) shop_latency_seconds_count",
    )
    assert all(type_of(query).buckets for query in kept)
    assert not [query for query in lost if type_of(query).buckets]

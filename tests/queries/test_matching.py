"""Vector matching, decided from labels."""

import pytest

from tests.queries.shop import known
from typedprom_codegen.promql.nodes.binary import Binary
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.queries.infer import types_of
from typedprom_codegen.queries.matching import Match, match


def match_of(text: str) -> Match:
    query = parse(text)
    types, root = types_of(query, known()), query.root
    assert isinstance(root, Binary)
    left, right = types[root.left].labels, types[root.right].labels
    return match(left, right, root.matching, known().target_labels)


@pytest.mark.parametrize(
    ("query", "on"),
    [
        ("shop_memory_bytes / on (job) shop_waiting", {"job"}),
        ("shop_memory_bytes / on () shop_waiting", set()),
        ("sum by (job) (shop_waiting) / sum by (job, code) (shop_requests_total)", {"job", "code"}),
        ("sum by (job, route) (shop_waiting) - ignoring (route) sum (shop_waiting)", {"job"}),
    ],
)
def test_labels_that_are_matched_on(query: str, on: set[str]) -> None:
    assert match_of(query).on == on


@pytest.mark.parametrize(
    ("query", "left", "right"),
    [
        ("shop_waiting / shop_memory_bytes", {"route"}, set()),
        ("shop_memory_bytes / shop_waiting", set(), {"route"}),
        ("shop_memory_bytes / sum(shop_memory_bytes)", {"job", "tier"}, set()),
        ("shop_requests_total / on (code) shop_waiting", {"code"}, set()),
        ('shop_waiting / on (route) shop_requests_total{route=""}', {"route"}, set()),
        ("shop_memory_bytes - vector(1)", {"job", "tier"}, set()),
    ],
)
def test_a_label_of_one_side_only_makes_a_match_impossible(
    query: str, left: set[str], right: set[str]
) -> None:
    found = match_of(query)
    assert found.only_left == left
    assert found.only_right == right
    assert not found.is_possible


@pytest.mark.parametrize(
    ("query", "disjoint"),
    [
        ('shop_requests_total{code="500"} / shop_requests_total{code="200"}', {"code"}),
        ('shop_requests_total{code=~"4..|5.."} / shop_requests_total{code!~"4..|5.."}', {"code"}),
        ('shop_memory_bytes{job="a"} + on (job) shop_waiting{job="b"}', {"job"}),
    ],
)
def test_values_of_one_side_only_make_a_match_impossible(query: str, disjoint: set[str]) -> None:
    found = match_of(query)
    assert found.disjoint == disjoint
    assert not found.is_possible


@pytest.mark.parametrize(
    "query",
    [
        "shop_memory_bytes / shop_share_ratio",
        "shop_memory_bytes + nobody_knows",
        'shop_requests_total{code="500"} / ignoring (code) shop_requests_total{code="200"}',
        "shop_requests_total * on (instance) group_left () shop_memory_bytes",
        'shop_requests_total{code=~"$code"} / shop_requests_total{code="200"}',
        "sum by (cluster) (shop_memory_bytes) / sum(shop_memory_bytes)",
        "rpc_seconds_count / on (queue) proxied_total",
        "sum by ($x) (shop_memory_bytes) / sum(shop_memory_bytes)",
        "vector(1) + vector(2)",
    ],
)
def test_these_can_match(query: str) -> None:
    assert match_of(query).is_possible


@pytest.mark.parametrize(
    ("query", "left", "right"),
    [
        ("shop_requests_total / on (job, instance) shop_memory_bytes", {"code", "route"}, set()),
        ("shop_memory_bytes / on (job) shop_requests_total", set(), {"code", "route"}),
        ("shop_requests_total / ignoring (code) shop_waiting", {"code"}, set()),
        ('shop_requests_total{code="500"} / ignoring (code) shop_waiting', set(), set()),
        ("shop_memory_bytes / on (job) shop_share_ratio", set(), set()),
        ("rpc_seconds_count / on (job) proxied_total", set(), set()),
        ("shop_requests_total / shop_requests_total", set(), set()),
        ("nobody_knows / on (job) nobody_knows", set(), set()),
    ],
)
def test_labels_by_which_several_series_match_as_one(
    query: str, left: set[str], right: set[str]
) -> None:
    found = match_of(query)
    assert found.repeated_left == left
    assert found.repeated_right == right

"""TP516: values of different units, added or compared."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from typedprom_codegen.codes.define import error
from typedprom_codegen.lint.query_rule import Finding, QueryRule
from typedprom_codegen.lint.query_text import shown
from typedprom_codegen.promql.nodes.binary import COMPARISONS, Binary
from typedprom_codegen.promql.tree import few_below
from typedprom_codegen.queries.checked import CheckedQuery
from typedprom_codegen.queries.value_units import Unit, differ

CODE: Final = error(
    "TP516",
    "query-unit-mismatch",
    """
    Values of different units are added, subtracted or compared: seconds and bytes, or a rate and a
    total. Numbers without a unit fit everything.

    Wrong:

    ```promql
    shop_memory_bytes > shop_last_import_time_seconds
    ```

    Right:

    ```promql
    shop_memory_bytes > 0.9 * shop_memory_limit_bytes
    ```
    """,
)

_OPERATORS: Final = COMPARISONS | {"+", "-"}
_SCALING: Final = frozenset({"*", "/"})


def check(node: Binary, query: CheckedQuery) -> Iterator[Finding]:
    """Report operations on two units that surely differ."""
    if node.operator not in _OPERATORS:
        return
    left, right = query.type(node.left).unit, query.type(node.right).unit
    if left is None or right is None or left is right or not left.dimension or not right.dimension:
        return
    if differ(left, right):
        help = "bring both to one unit, or use other metrics"
    elif left.dimension == right.dimension and _differ_in_factor(node, left, right):
        help = f"multiply one side: the units differ by a factor of {_ratio(left, right)}"
    else:
        return
    message = (
        f"`{node.operator}` of different units: {shown(node.left, query)} is in {_words(left)}, "
        f"{shown(node.right, query)} in {_words(right)}"
    )
    yield Finding(message, node.extent, help)


def _differ_in_factor(node: Binary, left: Unit, right: Unit) -> bool:
    """Whether declared units differ; a number in the query may be a factor of any meaning."""
    if math.isclose(left.factor, right.factor):
        return False
    parts = few_below(node)
    return parts is not None and not any(
        isinstance(each, Binary) and each.operator in _SCALING for each in parts
    )


def _ratio(left: Unit, right: Unit) -> str:
    ratio = left.factor / right.factor
    return f"{ratio if ratio >= 1 else 1 / ratio:.12g}"


def _words(unit: Unit) -> str:
    """A unit in words: `bytes per second`."""
    over = [_power(name, power) for name, power in unit.powers.items() if power > 0]
    under = [_power(name.removesuffix("s"), -p) for name, p in unit.dimension.items() if p < 0]
    words = " ".join(over) or "1"
    if unit.factor != 1.0:
        words = f"{unit.factor:.12g} {words}"
    return f"{words} per {' '.join(under)}" if under else words


def _power(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


RULE: Final = QueryRule(CODE, on=Binary, check=check)

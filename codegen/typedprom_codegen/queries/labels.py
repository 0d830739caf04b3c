"""The labels of an expression's series: surely there, possibly there, gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from typedprom_codegen.promql.nodes.expression import Expression


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of series. `__name__` is not among them."""

    sure: frozenset[str] = frozenset()  # every series has them
    possible: frozenset[str] = frozenset()  # some can have them; includes `sure`
    is_open: bool = False  # whether there can be others, which nobody declares
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The only values that labels can have, where these are known: closed sets after matchers."""
    gone: Mapping[str, Expression] = field(default_factory=dict)
    """Labels that the metrics have, and the aggregation or operation that dropped them."""

    def may_have(self, label: str) -> bool:
        """Whether a series can have this label."""
        return self.is_open or label in self.possible


NONE = Labels()
"""Of scalars, and of an aggregation of all series into one."""

UNKNOWN = Labels(is_open=True)

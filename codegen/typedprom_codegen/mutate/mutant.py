"""A mutant: one change of one rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.mutate.flow_style import to_flow
from typedprom_codegen.mutate.mutable_rules import MutableRule
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.rewrite import Edit
from typedprom_codegen.sources.document import JsonData


class QueryChange(NamedTuple):
    """An edit of a text, and what it is in words: "operator `>` to `>=`"."""

    edit: Edit
    words: str


@dataclass(frozen=True, slots=True, eq=False)
class Mutant:
    """A change of one value of a rule."""

    rule: MutableRule
    path: tuple[str, ...]  # of the value in the rule: ("labels", "severity")
    extent: Extent | None  # the part of the value that is changed; None: all of it
    text: str | None  # the whole value afterwards; None: it is removed
    words: str

    @property
    def span(self) -> Span:
        """What is changed."""
        value = self.rule.value
        return value.document.span((*value.path, *self.path), self.extent)

    @property
    def flow(self) -> str:
        """The rule after the change, as YAML."""
        return to_flow(self.data())

    def data(self) -> dict[str, JsonData]:
        """The rule after the change."""
        rule = dict(self.rule.data)
        *parents, last = self.path
        inner = rule
        for key in parents:
            below = inner[key]
            inner[key] = copied = dict(below) if isinstance(below, dict) else {}
            inner = copied
        if self.text is None:
            del inner[last]
        else:
            inner[last] = self.text
        return rule

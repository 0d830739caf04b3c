"""The rules that a run applies, of both kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from typedprom_codegen.diagnostics import Code
from typedprom_codegen.lint.query_rule import QueryRule, all_query_rules
from typedprom_codegen.lint.rule import Rule, all_rules


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules on catalogs and rules on queries."""

    on_catalogs: tuple[Rule, ...] = ()
    on_queries: tuple[QueryRule[Any], ...] = ()

    @property
    def codes(self) -> frozenset[Code]:
        """The codes of all of them."""
        on_catalogs = {rule.code for rule in self.on_catalogs}
        return frozenset(on_catalogs.union(rule.code for rule in self.on_queries))


def every_rule() -> Rules:
    """All rules that there are."""
    return Rules(all_rules(), all_query_rules())

"""All codes by id: those of the stages and those of the rules."""

from __future__ import annotations

from functools import cache

from typedprom_codegen.codes import stage_codes
from typedprom_codegen.diagnostics import Code
from typedprom_codegen.lint.rules_in_use import every_rule


@cache
def all_codes() -> dict[str, Code]:
    """Every code by its id, in the order of the ids."""
    found = [*stage_codes(), *every_rule().codes]
    return {code.id: code for code in sorted(found, key=lambda code: code.id)}

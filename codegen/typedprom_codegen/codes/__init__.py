"""All codes: those of the stages in the modules beside this one, a lint rule's in the rule."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

from typedprom_codegen.diagnostics import Code


@cache
def all_codes() -> dict[str, Code]:
    """Every code by its id, in the order of the ids."""
    from typedprom_codegen.lint import rules  # rules define codes with the help of this package

    found = [*_stage_codes(), *(rule.code for rule in rules())]
    return {code.id: code for code in sorted(found, key=lambda code: code.id)}


def _stage_codes() -> Iterator[Code]:
    for module in pkgutil.iter_modules(__path__):
        members = vars(importlib.import_module(f"{__name__}.{module.name}"))
        yield from (member for member in members.values() if isinstance(member, Code))

"""What a lint rule is, and the discovery of all rules: each module in `rules/` is one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from typedprom_codegen.diagnostics import Code, Diagnostic
from typedprom_codegen.internal_errors import defined_in
from typedprom_codegen.ir import Catalog
from typedprom_codegen.lint import rules


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a module in `rules/` that defines `RULE`. `check` is a pure function.

    A diagnostic about one metric has its key (`Diagnostic.metric`), so that it can be suppressed.
    """

    code: Code
    check: Callable[[Catalog], Iterable[Diagnostic]]


@cache
def all_rules() -> tuple[Rule, ...]:
    """All rules, by code."""
    modules = (
        importlib.import_module(f"{rules.__name__}.{module.name}")
        for module in pkgutil.iter_modules(rules.__path__)
    )
    found = [defined_in(module, "RULE", Rule, "a lint rule") for module in modules]
    return tuple(sorted(found, key=lambda rule: rule.code.id))

"""How a code is written down: its id, its name, and its page as an indented block."""

from __future__ import annotations

from textwrap import dedent

from typedprom_codegen.diagnostics import Code, Severity


def error(code_id: str, name: str, page: str) -> Code:
    """A code that stops compilation."""
    return Code(code_id, name, Severity.ERROR, dedent(page).strip() + "\n")


def warning(code_id: str, name: str, page: str) -> Code:
    """A code that fails only under --strict, and that a metric may suppress."""
    return Code(code_id, name, Severity.WARNING, dedent(page).strip() + "\n")

"""Defines codes: id, name, and the page as an indented text."""

from __future__ import annotations

from textwrap import dedent

from typedprom_codegen.diagnostics import Code, Severity


def error(code_id: str, name: str, page: str) -> Code:
    """A code of errors, which stop compilation."""
    return Code(code_id, name, Severity.ERROR, dedent(page).strip() + "\n")


def warning(code_id: str, name: str, page: str) -> Code:
    """A code of warnings, which fail only with --strict and can be suppressed."""
    return Code(code_id, name, Severity.WARNING, dedent(page).strip() + "\n")

"""The definitions for a closed label: a `Literal` alias, its values, a narrowing function."""

from __future__ import annotations

from dataclasses import dataclass

from typedprom_codegen import names
from typedprom_codegen.emit.python.docstrings import label_docstring
from typedprom_codegen.emit.python.formatter import (
    INDENT,
    Line,
    assignment,
    call,
    lines,
    subscript,
    tuple_of,
)
from typedprom_codegen.escape import python_string
from typedprom_codegen.ir import ClosedDomain, Label


@dataclass(frozen=True, slots=True)
class ClosedSet:
    """The source of a closed label's alias, values and narrowing function."""

    alias: str
    docstring: str
    values: str
    values_name: str
    narrowing: str
    membership: str


def exports(label: Label) -> list[str]:
    """The names that the package exports for a label."""
    if not isinstance(label.domain, ClosedDomain):
        return []
    return [
        names.label_alias(label.stem),
        names.label_values(label.stem),
        names.label_narrowing(label.stem),
    ]


def closed_set(label: Label, limit: int) -> ClosedSet | None:
    """The definitions for a closed label; None for other labels."""
    if not isinstance(label.domain, ClosedDomain):
        return None
    alias, values, narrowing = exports(label)
    literals = [python_string(value) for value in label.domain.values]
    line = Line(limit, after=f" -> TypeGuard[{alias}]:")
    return ClosedSet(
        alias=assignment(alias, "TypeAlias", subscript("Literal", *literals), limit),
        docstring=label_docstring(label, limit),
        values=_values(values, alias, literals, limit),
        values_name=values,
        narrowing="\n".join(lines(call(f"def {narrowing}", "value: str"), line)),
        membership="\n".join(_membership(values, limit)),
    )


def _values(name: str, alias: str, literals: list[str], limit: int) -> str:
    annotation = subscript("Final", subscript("tuple", alias, "..."))
    return assignment(name, annotation, tuple_of(literals), limit)


def _membership(values: str, limit: int) -> list[str]:
    """`return value in VALUES`, in parentheses where that is too long."""
    test = f"value in {values}"
    if Line(limit, INDENT, before="return ").fits(test):
        return [f"{' ' * INDENT}return {test}"]
    inner = Line(limit, INDENT * 2)
    parts = [test] if inner.fits(test) else ["value", f"in {values}"]
    return [f"{' ' * INDENT}return (", *map(inner.text, parts), f"{' ' * INDENT})"]

"""The class of a catalog with labels that say `siblings: zero`: `announce` takes their values."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.emit.python.formatter import (
    INDENT,
    Expression,
    Line,
    block,
    call,
    dict_of,
    lines,
)
from typedprom_codegen.ir import Catalog, Label

_CLASS: Final = "AnnouncingCatalog"
_BASE: Final = "Catalog"
_DOCUMENTED: Final = (
    f"class {_CLASS}({_BASE}):",
    '    """The catalog, with the labels whose values can be announced."""',
    "",
    "    __slots__ = ()",
    "",
)
_SUMMARY: Final = '        """Begin counters at zero for these values, before they are recorded."""'


def announced_labels(catalog: Catalog) -> tuple[Label, ...]:
    """The labels whose values can be announced, one of each name."""
    by_name = {label.name: label for label in catalog.all_labels() if label.siblings}
    return tuple(by_name.values())


def catalog_class(catalog: Catalog) -> str:
    """The class of `CATALOG`."""
    return _CLASS if announced_labels(catalog) else _BASE


def announcing_class(catalog: Catalog, limit: int) -> str:
    """The source of that class; nothing where it is the runtime's."""
    labels = announced_labels(catalog)
    if not labels:
        return ""
    taken: list[Expression] = [f"{label.parameter}: Iterable[str] = ()" for label in labels]
    head = call("def announce", "self", "*", *taken)
    values = dict_of((label.name, label.parameter) for label in labels)
    return "\n".join(
        (
            *_DOCUMENTED,
            *lines(head, Line(limit, INDENT, after=" -> None:")),
            _SUMMARY,
            block(call("self._announce", values), limit, indent=INDENT * 2),
        )
    )

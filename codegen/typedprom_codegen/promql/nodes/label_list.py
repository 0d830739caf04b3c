"""Labels in parentheses, of `by`, `without`, `on`, `ignoring` and `group_left`."""

from __future__ import annotations

from typedprom_codegen.promql.keywords import NOT_A_LABEL
from typedprom_codegen.promql.lexer import STRING, WORD
from typedprom_codegen.promql.nodes.selector import LabelName
from typedprom_codegen.promql.reader import Reader
from typedprom_codegen.promql.unquote import unquote


def read_labels(reader: Reader) -> tuple[LabelName, ...]:
    """Read labels in parentheses; there can be none, and a comma after the last."""
    reader.expect("(")
    found: list[LabelName] = []
    while reader.kinds[reader.at] != ")":
        found.append(_read_label(reader))
        kind = reader.kinds[reader.at]
        if kind == ",":
            reader.at += 1
        elif kind != ")":
            reader.unexpected("`,` or `)`")
    reader.at += 1
    return tuple(found)


def _read_label(reader: Reader) -> LabelName:
    at = reader.at
    kind, text = reader.kinds[at], reader.texts[at]
    if kind == STRING:
        name = unquote(text, reader.starts[at])
    elif kind == WORD and text.lower() not in NOT_A_LABEL and (reader.varies or ":" not in text):
        name = text
    else:
        reader.unexpected("a label")
    if not name:
        reader.unexpected("the name of a label")
    reader.at = at + 1
    return LabelName(name, reader.extent(at))

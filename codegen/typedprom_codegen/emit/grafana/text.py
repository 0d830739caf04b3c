"""Escapes text of the catalog for each place in a dashboard, so that Grafana shows it unchanged.

Grafana replaces `$name`, `${name}` and `[[name]]` in titles, descriptions, legends and queries
where a variable has that name: one of the dashboard, or a built-in one, which begins with two
underscores. Legends also replace `{{label}}`. Grafana has no escape for any of these. So where text
would be replaced, and only there, an invisible character (U+2060, word joiner) is inserted into the
reference; in the string of a query, an escape of PromQL has the same effect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Final

from typedprom_codegen.ir import Metric
from typedprom_codegen.promql.lexer import STRING, Tokens
from typedprom_codegen.promql.query import Query
from typedprom_codegen.promql.rewrite import Edit

JOINER: Final = "\u2060"
BUILT_IN: Final = "__"
AUTOMATIC_LEGENDS: Final = frozenset({"__auto", "__verbose"})

_REFERENCE = re.compile(r"\$(?=\{?(\w+))|\[(?=\[(\w+))", re.ASCII)
_IN_DOUBLE_QUOTES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r"})


def title(metric: Metric) -> str:
    """A metric's key as words: `requests.error` of the component `sources` is "Requests error"."""
    return words(metric.key.removeprefix(metric.component + "."))


def words(key: str) -> str:
    """A key, or a part of one, as words with spaces."""
    found = key.replace(".", " ").replace("_", " ")
    return found[:1].upper() + found[1:]


def shown(text: str, variables: Collection[str]) -> str:
    """Text for a title or a description."""
    return _broken(text, variables, lambda opening: opening + JOINER)


def legend(text: str, variables: Collection[str]) -> str:
    """Text for a legend; `label` returns the parts that Grafana is meant to replace."""
    literal = re.sub(r"\{(?=\{)", "{" + JOINER, shown(text, variables))
    return JOINER + literal if literal in AUTOMATIC_LEGENDS else literal


def label(name: str) -> str:
    """A reference in a legend to the value of a label."""
    return "{{" + name + "}}"


def literal_strings(query: Query, variables: Collection[str]) -> Iterator[Edit]:
    """Edits that prevent replacements by Grafana in the strings of a catalog's query."""
    tokens = Tokens(query.text)
    for index, (kind, string) in enumerate(zip(tokens.kinds, tokens.texts, strict=True)):
        if kind == STRING and (escaped := _literal(string, variables)) != string:
            yield Edit(tokens.extent(index), escaped)


def _literal(string: str, variables: Collection[str]) -> str:
    """A string in quotes in which Grafana replaces nothing."""
    escaped = _broken(string, variables, lambda opening: f"\\x{ord(opening):02x}")
    if escaped == string or string[0] != "`":
        return escaped
    quoted = '"' + string[1:-1].translate(_IN_DOUBLE_QUOTES) + '"'  # a raw one has no escapes
    return _broken(quoted, variables, lambda opening: f"\\x{ord(opening):02x}")


def _broken(text: str, variables: Collection[str], mark: Callable[[str], str]) -> str:
    """`text` with `mark` applied to the first character of each reference Grafana would replace."""

    def opening(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        replaced = name in variables or name.startswith(BUILT_IN)
        return mark(match[0]) if replaced else match[0]

    return _REFERENCE.sub(opening, text)

"""Which series the texts of an alert read: those of `query` in their templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from typedprom_codegen.mutate.readings import Readings, readings_of
from typedprom_codegen.promql.parser import parsed
from typedprom_codegen.sources.document import DocumentValue, StringPlace
from typedprom_codegen.sources.rule_templates import template_queries

_ACTION: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_CALL: Final = re.compile(r"(?<![.$\w])query\b")
"""The function, and not `$labels.query`."""

_WORD: Final = re.compile(r"[a-zA-Z_:][\w:]*", re.ASCII)
_DIRECTIVE: Final = re.compile(r"(?<![=~\[])(?<![=~\\][\"'])%[-+# 0]*[\d.]*[a-zA-Z]")
"""What `printf` fills in where the name of a metric can be: not the value of a label."""

_EVERYTHING: Final = Readings(frozenset(), everything=True)


def template_readings(text: DocumentValue) -> Iterator[Readings]:
    """What the queries of a template read; more where they are made by `printf`."""
    actions = [action for action in _ACTION.findall(text.text) if _CALL.search(action)]
    for action in actions:
        has_text = '"' in action or "`" in action
        names = frozenset(_WORD.findall(action))
        is_known = has_text and not _DIRECTIVE.search(action)
        yield Readings(names) if is_known else _EVERYTHING
    for query in template_queries(text.text, StringPlace(text)) if actions else ():
        yield readings_of(parsed(query.text))

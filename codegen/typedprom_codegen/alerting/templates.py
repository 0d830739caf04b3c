"""Text of the catalog in annotations, which Prometheus reads as Go templates.

Text is data. Only `{{ $labels.NAME }}` and `{{ $value }}` are replaced, also piped through
functions that format; every other `{{` is shown as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_FUNCTIONS: Final = (
    "humanize|humanize1024|humanizeDuration|humanizePercentage|humanizeTimestamp"
    r'|title|toLower|toUpper|urlquery|printf\s+"%[-+ #0]*\d*(?:\.\d+)?[defgqsv]"'
)
_OPENING: Final = re.compile(
    r"(?P<kept>\{\{\s*\$(?:value|labels\.[a-zA-Z_][a-zA-Z0-9_]*)"
    rf"(?:\s*\|\s*(?:{_FUNCTIONS}))*\s*\}}\}})"
    r"|\{\{",
    re.ASCII,
)
_SHOWN: Final = '{{ "{{" }}'


def template(text: str) -> str:
    """A template that shows the text, with references to labels and the value replaced."""
    return _OPENING.sub(lambda found: found["kept"] or _SHOWN, text)


def literal(text: str) -> str:
    """A template that shows exactly the text."""
    return text.replace("{{", _SHOWN)


def label(name: str) -> str:
    """A reference to the value of a label."""
    return f"{{{{ $labels.{name} }}}}"


def told_apart(labels: Iterable[str]) -> str:
    """The labels of an alert with their values: `source_id {{ $labels.source_id }}`."""
    return ", ".join(f"{name} {label(name)}" for name in labels)


def query_value(name: str) -> str:
    """A reference to the value of a label inside the query of an address."""
    return f"{{{{ $labels.{name} | urlquery }}}}"

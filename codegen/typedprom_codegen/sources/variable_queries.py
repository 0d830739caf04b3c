"""The PromQL in the queries of Grafana's variables: `label_values(up{job="x"}, instance)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.promql.extent import Extent
from typedprom_codegen.promql.lexer import VARIABLE
from typedprom_codegen.sources.document import DocumentValue, StringPlace

_LABEL: Final = rf'(?:{VARIABLE}|[\w$])++|"[^"]*"'
_LABEL_VALUES: Final = re.compile(
    rf"\s*label_values\((?:(.+),)?\s*({_LABEL})\s*\)\s*", re.DOTALL | re.ASCII
)
_NO_LABEL: Final = re.compile(r"\s*label_values\((.+)\)\s*", re.DOTALL)  # Grafana ignores it
_METRICS: Final = re.compile(r"\s*metrics\((.+)\)\s*", re.DOTALL)
_QUERY_RESULT: Final = re.compile(r"\s*query_result\((.+)\)\s*", re.DOTALL)
_LABEL_NAMES: Final = re.compile(r"\s*label_names\(.*\)\s*", re.DOTALL)


class PromqlOfVariable(NamedTuple):
    """A query that asks what a variable's query asks, and where its parts stand."""

    text: str
    place: _AssembledPlace


class _Copied(NamedTuple):
    """A part of a query that stands in the string as it is."""

    start: int  # in the query
    end: int
    offset: int  # from the query to the string


@dataclass(frozen=True, slots=True)
class _AssembledPlace:
    """A query made of parts of a string and of text between them."""

    value: DocumentValue
    copied: tuple[_Copied, ...]

    def span(self, extent: Extent) -> Span:
        """The part of the file with this part of the query; of text that is not there, all."""
        for part in self.copied:
            if part.start <= extent.start and extent.end <= part.end:
                return StringPlace(self.value, part.offset).span(extent)
        return self.value.span()


def is_function(text: str) -> bool:
    """Whether a query is one of the functions that are for variables of Prometheus."""
    return any(form.fullmatch(text) for form in (_NO_LABEL, _METRICS, _QUERY_RESULT))


def promql_of_variable(value: DocumentValue) -> PromqlOfVariable | None:
    """The query of a string; None for one that names no series.

    Of values of a label it is the series by this label, as a dashboard needs both to exist.
    """
    text = value.text
    if not text.strip() or _LABEL_NAMES.fullmatch(text):
        return None
    if match := _LABEL_VALUES.fullmatch(text):
        if match[1] is None:
            return None
        return _assembled(value, "group by (", match.span(2), ") (", match.span(1), ")")
    if match := _METRICS.fullmatch(text):
        return None if "`" in text else _assembled(value, _NAMED, match.span(1), _AND_MORE)
    match = _QUERY_RESULT.fullmatch(text) or _NO_LABEL.fullmatch(text)
    return _assembled(value, match.span(1) if match else (0, len(text)))


_NAMED: Final = "{__name__=~`.*(?:"
_AND_MORE: Final = ").*`}"


def _assembled(value: DocumentValue, *parts: str | tuple[int, int]) -> PromqlOfVariable:
    """A query of texts and of parts of the string."""
    texts = [part if isinstance(part, str) else value.text[slice(*part)] for part in parts]
    starts = accumulate(map(len, texts), initial=0)
    copied = tuple(_copied(zip(parts, texts, starts, strict=False)))
    return PromqlOfVariable("".join(texts), _AssembledPlace(value, copied))


def _copied(parts: zip[tuple[str | tuple[int, int], str, int]]) -> Iterator[_Copied]:
    for part, text, start in parts:
        if not isinstance(part, str):
            yield _Copied(start, start + len(text), part[0] - start)

"""The docstrings of generated code, as editors show them where a metric is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import indent
from typing import Final

from typedprom_codegen.emit.python.formatter import INDENT
from typedprom_codegen.escape import docstring, width
from typedprom_codegen.ir import (
    Catalog,
    ClosedDomain,
    Combine,
    Component,
    Domain,
    Label,
    Metric,
    OpenDomain,
    PatternDomain,
    Stability,
)
from typedprom_codegen.message_parts import article
from typedprom_codegen.names import metric_constant

GENERATED: Final = "Generated from the catalog by typedprom: change the catalog, not this file."

_VALUES_SHOWN: Final = 20
_COMBINED: Final = {
    Combine.SUM: "The values of all processes are added.",
    Combine.MIN: "The smallest value of all processes is exposed.",
    Combine.MAX: "The largest value of all processes is exposed.",
    Combine.LIVE_SUM: "The values of live processes are added.",
}

_UNITS: Final = {"ratio": ", a ratio"}
_MARKS: Final = len('r"""')


def package_docstring(catalog: Catalog, package: str, example: str | None, limit: int) -> str:
    """The package's docstring; `example` is a constant that can be imported from it."""
    usage = f"    from {package} import {example}" if example else ""
    return _docstring(
        *_prose(f"{catalog.title}: typed metrics.", limit),
        *_prose(catalog.description, limit),
        usage,
        GENERATED,
    )


def module_docstring(component: Component, limit: int) -> str:
    """The docstring of a component's module."""
    return _docstring(
        *_prose(f"{component.title}: metrics of `{component.name}`.", limit),
        *_prose(component.description, limit),
        GENERATED,
    )


def metric_docstring(metric: Metric, limit: int) -> str:
    """The docstring below a metric's constant."""
    return _docstring(
        *_prose(metric.help, limit),
        *_prose(_kind(metric), limit),
        *_labels("Labels:", metric.labels, limit),
        *_labels("Info labels:", metric.info_labels, limit),
        *_prose(_states(metric), limit),
        *_prose(_budget(metric), limit),
        *_prose(_buckets(metric), limit),
        *_prose(_stability(metric), limit),
    )


def label_docstring(label: Label, limit: int) -> str:
    """The docstring below a closed label's alias."""
    return _docstring(*_prose(label.help, limit), *_meanings(label.domain, limit))


def _meanings(domain: Domain, limit: int) -> Iterator[str]:
    """The values of a label with what they mean, if the catalog says it."""
    if isinstance(domain, ClosedDomain) and domain.meanings:
        yield "\n".join(
            line
            for value, meaning in zip(domain.values, domain.meanings, strict=True)
            for line in _wrap(f"- `{value}`: {meaning}", limit - _MARKS, hang="  ")
        )


def class_docstring(
    instrument: str, labels: Sequence[str], about: Sequence[str], limit: int
) -> str:
    """The docstring of a signature's class, indented."""
    of = f" of {_listed(about)}" if about else ""
    by = f" by {_listed(labels)}" if labels else ""
    text = "\n".join(
        _wrap(f"{article(instrument).capitalize()}{of}{by}.", limit - INDENT * 2 - _MARKS)
    )
    return indent(_docstring(text), " " * INDENT)


def _listed(names: Sequence[str]) -> str:
    *others, last = (f"`{name}`" for name in names)
    return f"{', '.join(others)} and {last}" if others else last


def _docstring(*paragraphs: str) -> str:
    text = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return docstring(text if "\n" not in text and _closes(text) else text + "\n")


def _closes(text: str) -> bool:
    """Whether the closing quotes can follow `text` directly."""
    return not text.endswith(('"', "\\"))


def _kind(metric: Metric) -> str:
    kind = f"{metric.type.value.capitalize()} `{metric.name}`"
    unit = "" if metric.unit is None else _UNITS.get(metric.unit, f", in {metric.unit}")
    return f"{kind}{unit}. {_COMBINED.get(metric.combine, '')}"


def _labels(heading: str, labels: Iterable[Label], limit: int) -> Iterator[str]:
    entries = [
        "\n".join(_wrap(f"- `{label.parameter}`: {_label(label)}", limit, hang="  "))
        for label in labels
    ]
    if entries:
        yield heading
        yield "\n".join(entries)


def _label(label: Label) -> str:
    sentence = label.help.rstrip()
    stop = "" if sentence.endswith((".", "!", "?", ":", ";")) else "."
    return f"{sentence}{stop} {_domain(label.domain)}"


def _domain(domain: Domain) -> str:
    match domain:
        case ClosedDomain(values):
            shown = ", ".join(f"`{value}`" for value in values[:_VALUES_SHOWN])
            more = len(values) - _VALUES_SHOWN
            return f"One of {shown}" + (f" and {more} more." if more > 0 else ".")
        case PatternDomain(pattern, budget):
            return f"Matches `{pattern}`; at most {budget} distinct values."
        case OpenDomain(budget):
            return f"At most {budget} distinct values."


def _states(metric: Metric) -> str:
    return f"States: {_domain(metric.state.domain)}" if metric.state else ""


def _budget(metric: Metric) -> str:
    return f"At most {metric.budget} series." if metric.budget is not None and metric.labels else ""


def _buckets(metric: Metric) -> str:
    bounds = ", ".join(repr(bound).removesuffix(".0") for bound in metric.buckets)
    return f"Buckets up to {bounds}." if bounds else ""


def _stability(metric: Metric) -> str:
    if metric.deprecation is not None:
        constant = metric_constant(metric.deprecation.replaced_by)
        return f"Deprecated: use `{constant}`. May be removed from {metric.deprecation.removal} on."
    if metric.stability is Stability.EXPERIMENTAL:
        return "Experimental: may change without notice."
    return ""


def _prose(text: str, limit: int) -> Iterator[str]:
    """The paragraphs of a text of the catalog, wrapped; its own line breaks are kept."""
    for paragraph in text.split("\n\n"):
        parts = paragraph.split("\n")
        yield "\n".join(line for part in parts for line in _wrap(part, limit - _MARKS))


def _wrap(text: str, limit: int, *, hang: str = "") -> Iterator[str]:
    """The words of `text` in lines of at most `limit` columns; `hang` indents all but the first."""
    line, columns = "", 0
    for word in text.split():
        word_columns = width(word)
        if line and columns + 1 + word_columns > limit:
            yield line
            line, columns = hang + word, len(hang) + word_columns
        elif line:
            line, columns = f"{line} {word}", columns + 1 + word_columns
        else:
            line, columns = word, word_columns
    if line:
        yield line

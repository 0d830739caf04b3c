"""The page about one alert or objective, for the person on call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from typedprom_codegen.alerting.rule_data import QUERY_WIDTH
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.alerting.selected_series import chosen_values, selected_by
from typedprom_codegen.emit import GENERATED
from typedprom_codegen.emit.runbooks import markdown, thresholds
from typedprom_codegen.emit.runbooks.page_links import dashboard_links
from typedprom_codegen.emit.runbooks.page_queries import queries
from typedprom_codegen.emit.runbooks.page_subjects import Subject, labels_of
from typedprom_codegen.ir import (
    Catalog,
    ClosedDomain,
    Label,
    SelectedSeries,
)
from typedprom_codegen.promql.line_breaks import in_lines

HEADER: Final = f"<!-- {GENERATED} -->"
MOST_VALUES: Final = 30
"""Values of a label that a page lists."""

_REFERENCE: Final = re.compile(r'\{\{ "\{\{" \}\}|\{\{-?\s*\$(value|labels\.(\w+))[^{}]*\}\}')


def page(compiled: CompiledCatalog, subject: Subject) -> str:
    """The whole page. Its headings are always the same, so that links to them hold."""
    catalog = compiled.catalog
    parts = [
        HEADER,
        f"# {markdown.text(subject.name)}",
        _facts(catalog, subject),
        "## What it means",
        *_meaning(catalog, subject),
        "## What is lost meanwhile",
        markdown.authored(subject.source.runbook.lost) or _LOST,
        "## Do",
        markdown.authored(subject.source.runbook.do) or _DO,
        "## Look",
        *dashboard_links(catalog, subject),
        *_queries(compiled, subject),
        "## Causes",
        *_causes(catalog, subject),
        "## When it fires",
        *thresholds.sections(compiled, subject),
        "## When to silence it",
        *_silence(subject),
    ]
    return "\n\n".join(parts) + "\n"


def notification(template: str) -> str:
    """A Go template as a reader sees it: the names of labels in place of their values."""
    parts: list[str] = []
    at = 0
    for found in _REFERENCE.finditer(template):
        parts.append(markdown.joined(template[at : found.start()]))
        parts.append(_shown_reference(found))
        at = found.end()
    return markdown.at_start("".join([*parts, markdown.joined(template[at:])]).strip())


def _shown_reference(found: re.Match[str]) -> str:
    if found[1] is None:
        return markdown.joined("{{")
    return f"*{markdown.joined(found[2] or found[1])}*"


_LOST: Final = "The catalog does not say (`lost`)."
_DO: Final = (
    "The catalog does not say (`do`). Look at the dashboard and at the queries below, and write "
    "into the catalog what helped."
)
_SILENCE: Final = "Only while what it watches is stopped or changed on purpose."


def _facts(catalog: Catalog, subject: Subject) -> str:
    meanings = {severity.name: severity.help for severity in catalog.severities}
    lines = [
        f"- Severity: **{markdown.text(name)}**. {markdown.text(meanings.get(name, ''))}".strip()
        for name in subject.severities
    ]
    source = subject.source
    if source.owner:
        lines.append(f"- Owner: {markdown.text(source.owner)}")
    title = next((c.title for c in catalog.components if c.name == source.component), None)
    if title:
        lines.append(f"- Component: {markdown.text(title)}")
    lines.append("- [All alerts](README.md)")
    return "\n".join(lines)


def _meaning(catalog: Catalog, subject: Subject) -> Iterator[str]:
    """What notifications say, then what the metrics are."""
    for each in subject.rules:
        texts = dict(each.rule.annotations)
        said = [notification(texts[key]) for key in ("summary", "description") if key in texts]
        yield "\n>\n".join(f"> {text}" for text in said)
    selected = selected_by(subject.source, catalog)
    metrics = {each.metric.name: each.metric.help for each in selected}
    if metrics:
        yield "\n".join(f"- {markdown.code(n)}: {markdown.text(h)}" for n, h in metrics.items())


def _queries(compiled: CompiledCatalog, subject: Subject) -> Iterator[str]:
    for query in queries(compiled, subject):
        yield query.caption
        yield markdown.block(in_lines(query.expr, QUERY_WIDTH), "promql")


def _causes(catalog: Catalog, subject: Subject) -> Iterator[str]:
    """The closed labels of what failed, with their values."""
    listed: dict[str, str] = {}
    by = labels_of(subject.source)
    for selected in selected_by(subject.source, catalog):
        for label in selected.metric.series_labels:
            if isinstance(label.domain, ClosedDomain) and (
                label.name not in by or label.domain.meanings
            ):
                listed.setdefault(label.key, _cause(label, label.domain, selected))
    yield from listed.values()
    if not listed:
        yield "No label of its metrics tells the cause. Look into the log of the program."


def _cause(label: Label, domain: ClosedDomain, selected: SelectedSeries) -> str:
    values = chosen_values(selected, label.name)
    cause = f"- {markdown.code(label.name)}: {markdown.text(label.help)}"
    shown = [_value(value, domain) for value in values[:MOST_VALUES]]
    if len(values) > MOST_VALUES:
        shown.append(f"and {len(values) - MOST_VALUES} more")
    if domain.meanings:
        return "\n  - ".join([cause, *shown])
    return f"{cause} One of {', '.join(shown)}."


def _value(value: str, domain: ClosedDomain) -> str:
    """A value, with what it means if the catalog says it."""
    meanings = dict(zip(domain.values, domain.meanings, strict=False))
    said = f": {markdown.text(meanings[value])}" if value in meanings else ""
    return f"{markdown.code(value)}{said}"


def _silence(subject: Subject) -> Iterator[str]:
    yield markdown.authored(subject.source.runbook.silence) or _SILENCE
    matchers = "".join(f" {label}=VALUE" for label in labels_of(subject.source))
    command = f"amtool silence add alertname={subject.name}{matchers}"
    yield markdown.block(f'{command} --duration=2h --comment="why"', "sh")

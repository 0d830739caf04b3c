"""The index of runbooks: alerts by component, then objectives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from typedprom_codegen.alerting.forms.words import percent
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.emit.runbooks import markdown
from typedprom_codegen.emit.runbooks.page import HEADER, notification
from typedprom_codegen.emit.runbooks.page_subjects import Subject
from typedprom_codegen.ir import Slo
from typedprom_codegen.promql.nodes.number import duration

WHOLE: Final = "Everything"
"""The heading of what belongs to no component."""


def index(compiled: CompiledCatalog, subjects: Sequence[Subject]) -> str:
    """The page `README.md`."""
    catalog = compiled.catalog
    parts = [
        HEADER,
        f"# Runbooks: {markdown.text(catalog.title)}",
        "What to do when an alert fires. All of it is generated from the catalog.",
        _severities(compiled),
    ]
    titles = [(None, WHOLE), *((each.name, each.title) for each in catalog.in_flow())]
    for name, title in titles:
        found = [
            each for each in subjects if each.source.component == name and not _is_objective(each)
        ]
        if found:
            parts += [f"## {markdown.text(title)}", _alerts(found)]
    objectives = [each for each in subjects if _is_objective(each)]
    if objectives:
        parts += ["## Objectives", _objectives(objectives)]
    return "\n\n".join(parts) + "\n"


def _severities(compiled: CompiledCatalog) -> str:
    rows = [(markdown.text(s.name), markdown.text(s.help)) for s in compiled.catalog.severities]
    return markdown.table(("severity", "what happens"), rows)


def _is_objective(subject: Subject) -> bool:
    return isinstance(subject.source, Slo)


def _alerts(subjects: Sequence[Subject]) -> str:
    rows = [
        (
            markdown.link(subject.name, subject.file),
            ", ".join(map(markdown.text, subject.severities)),
            notification(subject.summary),
            markdown.text(subject.source.owner or ""),
        )
        for subject in subjects
    ]
    return markdown.table(("alert", "severity", "what it says", "owner"), rows)


def _objectives(subjects: Sequence[Subject]) -> str:
    rows = [
        (
            markdown.link(subject.name, subject.file),
            markdown.text(slo.help),
            f"{percent(slo.objective)} within {duration(slo.window)}",
            markdown.text(subject.source.owner or ""),
        )
        for subject in subjects
        if isinstance(slo := subject.source, Slo)
    ]
    return markdown.table(("alert", "what is promised", "objective", "owner"), rows)

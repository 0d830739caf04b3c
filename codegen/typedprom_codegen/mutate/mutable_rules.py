"""The rules of files as promtool reads them: each with its place, its query and what it reads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from typedprom_codegen.codes.foreign_rules import NOT_RULES
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.mutate.flow_style import to_flow
from typedprom_codegen.mutate.readings import OF_ALERTS, Readings, alert_key, readings_of
from typedprom_codegen.mutate.template_readings import template_readings
from typedprom_codegen.promql.parser import parsed
from typedprom_codegen.promql.query import Query
from typedprom_codegen.sources.document import DocumentValue, JsonData
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.query_documents import documents_of


@dataclass(eq=False)
class MutableRule:
    """A rule, and where it stands."""

    file: MutableFile = field(repr=False)
    group: int
    value: DocumentValue

    @cached_property
    def data(self) -> Mapping[str, JsonData]:
        """Its fields."""
        return self.value.data if isinstance(self.value.data, dict) else {}

    @cached_property
    def flow(self) -> str:
        """The rule as YAML."""
        return to_flow(self.value.data)

    @property
    def group_name(self) -> str:
        """The name of its group."""
        return self.file.groups[self.group]["name"].text

    @cached_property
    def is_alert(self) -> bool:
        """Whether it is an alert, and no recording rule."""
        return bool(self.value["alert"].text)

    @cached_property
    def name(self) -> str:
        """The alert's, or the recorded metric's."""
        return self.value["alert"].text or self.value["record"].text

    @property
    def span(self) -> Span:
        """Where its name stands."""
        return self.value["alert" if self.is_alert else "record"].span()

    @cached_property
    def query(self) -> Query | None:
        """Its expression; None if it is not PromQL that we read."""
        return parsed(self.value["expr"].text)

    @cached_property
    def texts(self) -> tuple[DocumentValue, ...]:
        """The values of its labels and annotations."""
        parts = (self.value["labels"], self.value["annotations"])
        return tuple(text for part in parts if part.is_mapping for text in part.items())

    @property
    def key(self) -> str:
        """The key under which others read it."""
        return alert_key(self.name) if self.is_alert else self.name

    @property
    def writes(self) -> tuple[str, ...]:
        """All keys under which others read it."""
        return (self.key, *OF_ALERTS) if self.is_alert else (self.key,)

    @cached_property
    def reads(self) -> Readings:
        """The series that it needs."""
        in_texts = (each for text in self.texts for each in template_readings(text))
        return readings_of(self.query).and_all(in_texts)


@dataclass(eq=False)
class MutableFile:
    """A rule file: its groups as data, and its rules in order."""

    shown: str
    path: str
    groups: tuple[DocumentValue, ...] = ()
    rules: list[MutableRule] = field(default_factory=list)


def rule_file(file: FoundFile, found: Diagnostics) -> MutableFile | None:
    """The rules of a file; None if it has none, which is reported."""
    documents = documents_of(file, found)
    if documents is None:
        return None
    roots = [DocumentValue(document, (), document.data) for document in documents]
    groups = tuple(group for root in roots for group in root["groups"].items())
    if not groups:
        is_object = any(root["kind"].text for root in roots)
        what = "is an object of Kubernetes, not a rule file" if is_object else "has no rules"
        help = "promtool reads files with `groups:`: " + (
            "write what is under `spec` to a file" if is_object else "name only rule files"
        )
        start = Span(file.shown, 1, 1, 1, 2)
        found.report(NOT_RULES, f"`{file.shown}` {what}", start, help=help)
        return None
    read = MutableFile(file.shown, os.path.realpath(file.path), groups)
    for number, group in enumerate(groups):
        read.rules += [MutableRule(read, number, rule) for rule in group["rules"].items()]
    return read

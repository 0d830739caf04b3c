"""promtool's files of unit tests: their groups of tests, and the cases of each."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from typedprom_codegen.codes.mutated_rules import NOT_TESTS, TESTS_WITHOUT_RULES
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.mutate.flow_style import to_flow
from typedprom_codegen.mutate.readings import Readings, alert_key, readings_of
from typedprom_codegen.promql.nodes.number import duration_value
from typedprom_codegen.promql.parser import parsed
from typedprom_codegen.sources.document import DocumentValue, JsonData
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.query_documents import documents_of
from typedprom_codegen.sources.rule_queries import DURATION

CASES: Final = ("alert_rule_test", "promql_expr_test")
_EXPECTED: Final = ("exp_alerts", "exp_samples")
_EVALUATED_EVERY: Final = 60.0  # seconds, where a file does not say


@dataclass(frozen=True, slots=True, eq=False)
class UnitTestCase:
    """One expectation: what an alert or a query gives at a time."""

    kind: str  # one of CASES
    data: JsonData
    reads: Readings
    expects: bool  # something, rather than nothing
    seconds: float  # when


@dataclass(frozen=True, eq=False)
class GivenSeries:
    """Samples that a group gives; without a name, they may be of any series."""

    data: JsonData
    name: str

    @cached_property
    def flow(self) -> str:
        """The series as YAML."""
        return to_flow(self.data)


@dataclass(frozen=True, slots=True, eq=False)
class UnitTestGroup:
    """Cases that share their series."""

    file: UnitTestFile
    data: Mapping[str, JsonData]
    series: tuple[GivenSeries, ...]
    cases: tuple[UnitTestCase, ...]
    evaluated_every: float  # seconds
    sampled_every: float  # seconds


@dataclass(slots=True, eq=False)
class UnitTestFile:
    """A test file, and the rule files that it names."""

    shown: str
    path: Path
    data: Mapping[str, JsonData]
    rule_files: tuple[str, ...]  # real paths
    groups: list[UnitTestGroup] = field(default_factory=list)

    @property
    def start(self) -> Span:
        """Where it begins."""
        return Span(self.shown, 1, 1, 1, 2)


def tests_file(file: FoundFile, found: Diagnostics) -> UnitTestFile | None:
    """The tests of a file; None if it has none, or names no rules, which is reported."""
    documents = documents_of(file, found)
    if documents is None:
        return None
    roots = [DocumentValue(document, (), document.data) for document in documents]
    root = next((each for each in roots if isinstance(each["tests"].data, list)), None)
    if root is None or not isinstance(root.data, dict):
        start = Span(file.shown, 1, 1, 1, 2)
        help = "name files for `promtool test rules`, which have `rule_files:` and `tests:`"
        found.report(NOT_TESTS, f"`{file.shown}` has no tests", start, help=help)
        return None
    paths = tuple(_rule_files(root["rule_files"], file.path.parent))
    if not paths:
        _report_no_rules(root, file, found)
        return None
    read = UnitTestFile(file.shown, file.path, root.data, paths)
    every = _seconds(root["evaluation_interval"]) or _EVALUATED_EVERY
    read.groups += [_group(group, read, every) for group in root["tests"].items()]
    return read


def _report_no_rules(root: DocumentValue, file: FoundFile, found: Diagnostics) -> None:
    named = [pattern.text for pattern in root["rule_files"].items()]
    if named:
        message = f"no file matches the `rule_files` of `{file.shown}`"
    else:
        message = f"`{file.shown}` names no rule files"
    help = "list the rule files under `rule_files:`, relative to the test file"
    place = root["rule_files"] if named else root["tests"]
    found.report(TESTS_WITHOUT_RULES, message, place.span(), help=help)


def _rule_files(patterns: DocumentValue, folder: Path) -> Iterator[str]:
    found: dict[str, None] = {}
    for pattern in patterns.items():
        if pattern.text and "\0" not in pattern.text:
            names = glob.glob(  # noqa: PTH207 - which does not take absolute paths
                pattern.text, root_dir=folder, include_hidden=True
            )
            for name in sorted(names):
                found.setdefault(os.path.realpath(folder / name))
    yield from found


def _group(value: DocumentValue, file: UnitTestFile, evaluated_every: float) -> UnitTestGroup:
    data = value.data if isinstance(value.data, dict) else {}
    series = tuple(
        GivenSeries(each.data, _series_name(each["series"].text))
        for each in value["input_series"].items()
    )
    cases = tuple(_case(kind, case) for kind in CASES for case in value[kind].items())
    sampled_every = _seconds(value["interval"]) or evaluated_every
    return UnitTestGroup(file, data, series, cases, evaluated_every, sampled_every)


def _series_name(text: str) -> str:
    query = parsed(text)
    return getattr(query.root, "name", None) or "" if query else ""


def _case(kind: str, value: DocumentValue) -> UnitTestCase:
    if kind == CASES[0]:
        reads = Readings(frozenset({alert_key(value["alertname"].text)}))
    else:
        reads = readings_of(parsed(value["expr"].text))
    expects = any(True for name in _EXPECTED for _ in value[name].items())
    return UnitTestCase(kind, value.data, reads, expects, _seconds(value["eval_time"]))


def _seconds(duration: DocumentValue) -> float:
    """A duration; 0 for what is none."""
    text = duration.text
    return duration_value(text) if DURATION.fullmatch(text) and text != "0" else 0.0


def files_named(tests: Iterable[UnitTestFile]) -> list[str]:
    """The rule files that tests name, each once."""
    return list(dict.fromkeys(path for file in tests for path in file.rule_files))

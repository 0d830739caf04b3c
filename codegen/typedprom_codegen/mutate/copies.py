"""Copies of test files and rule files, with only what can show a change of one rule."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from typedprom_codegen.mutate.mutable_rules import MutableFile, MutableRule
from typedprom_codegen.mutate.mutant import Mutant
from typedprom_codegen.mutate.promtool_tests import (
    CASES,
    TestedCase,
    TestedFile,
    TestedGroup,
    TestedSeries,
)
from typedprom_codegen.sources.document import JsonData

TEST_FILE: Final = "test.yml"
_NOT_STRINGS: Final = frozenset({"value", "limit", "fuzzy_compare"})
"""Fields that are numbers, or true or false."""

_PLAIN: Final = re.compile(r"[-+.\w]+", re.ASCII)
_ESCAPED: Final = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True, eq=False)
class TestCopy:
    """A group of tests with some of its cases, and with the rules that these need."""

    file: TestedFile
    text: str  # of the test file
    rules: Mapping[MutableFile, tuple[MutableRule, ...]]
    expects: bool  # something, rather than nothing
    cost: float  # more takes longer

    @cached_property
    def _rule_files(self) -> dict[MutableFile, str]:
        return {file: _rules_text(file, rules) for file, rules in self.rules.items()}

    def write(self, folder: Path, mutant: Mutant | None) -> None:
        """Write the files to a new folder, with the rules as they are or with a mutant."""
        folder.mkdir()
        (folder / TEST_FILE).write_text(self.text, encoding="ascii")
        for number, (file, text) in enumerate(self._rule_files.items()):
            is_mutated = mutant is not None and mutant.rule.file is file
            written = _rules_text(file, self.rules[file], mutant) if is_mutated else text
            (folder / _name(number)).write_text(written, encoding="ascii")


def test_copy(
    group: TestedGroup, cases: Sequence[TestedCase], needed: Iterable[MutableRule]
) -> TestCopy:
    """A copy of a group with these of its cases, and of the rules that these need."""
    rules: dict[MutableFile, list[MutableRule]] = {}
    for each in needed:
        rules.setdefault(each.file, []).append(each)
    all_rules = [rule for some in rules.values() for rule in some]
    series = _series(group, cases, all_rules)
    seconds = max((case.seconds for case in cases), default=0.0)
    return TestCopy(
        file=group.file,
        text=_test_text(group, cases, series, all_rules),
        rules={file: tuple(some) for file, some in rules.items()},
        expects=any(case.expects for case in cases),
        cost=seconds * len(all_rules) + len(series),
    )


def _name(number: int) -> str:
    return f"rules{number}.yml"


def _series(
    group: TestedGroup, cases: Sequence[TestedCase], rules: Sequence[MutableRule]
) -> list[TestedSeries]:
    """The series of a group that its cases and rules can read."""
    readings = [*(case.reads for case in cases), *(rule.reads for rule in rules)]
    if any(each.everything for each in readings):
        return list(group.series)
    names = frozenset[str]().union(*(each.keys for each in readings))
    return [each for each in group.series if not each.name or each.name in names]


def _test_text(
    group: TestedGroup,
    cases: Sequence[TestedCase],
    series: Sequence[TestedSeries],
    rules: Sequence[MutableRule],
) -> str:
    """A test file. Where it sets no order of groups, promtool's is random: ours is theirs."""
    order = dict.fromkeys(rule.group_name for rule in rules)
    files = dict.fromkeys(rule.file for rule in rules)
    data = dict(group.data)
    data["input_series"] = [each.data for each in series]
    for kind in CASES:
        data[kind] = [case.data for case in cases if case.kind == kind]
    whole = {
        "group_eval_order": [*order],
        **group.file.data,
        "rule_files": [_name(number) for number in range(len(files))],
        "tests": [data],
    }
    return to_flow(whole)


def _rules_text(
    file: MutableFile, rules: Iterable[MutableRule], mutant: Mutant | None = None
) -> str:
    """A rule file with some of its rules, one of them mutated."""
    groups: dict[int, list[JsonData]] = {}
    for rule in rules:
        is_mutated = mutant is not None and mutant.rule is rule
        data = mutant.data() if mutant is not None and is_mutated else rule.value.data
        groups.setdefault(rule.group, []).append(data)
    return to_flow(
        {
            "groups": [
                {**_fields(file.groups[number].data), "rules": rules}
                for number, rules in sorted(groups.items())
            ]
        }
    )


def _fields(data: JsonData) -> Mapping[str, JsonData]:
    return data if isinstance(data, dict) else {}


def to_flow(data: JsonData, key: str = "") -> str:
    """Data as YAML on one line, in ASCII. Scalars are strings, but for the fields that are not."""
    if isinstance(data, dict):
        items = (f"{_quoted(name)}: {to_flow(value, name)}" for name, value in data.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(to_flow(item) for item in data) + "]"
    if data is None:
        return "null"
    text = data if isinstance(data, str) else json.dumps(data)
    return text if key in _NOT_STRINGS and _PLAIN.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\U{ord(found[0]):08X}", quoted)

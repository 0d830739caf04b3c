"""Groups of tests with only some of their cases, and with the rules and series that these need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from typedprom_codegen.mutate.flow_style import flow_list, flow_mapping, to_flow
from typedprom_codegen.mutate.mutable_rules import MutableFile, MutableRule
from typedprom_codegen.mutate.mutant import Mutant
from typedprom_codegen.mutate.unit_tests import CASES, GivenSeries, UnitTestCase, UnitTestGroup
from typedprom_codegen.sources.document import JsonData

TEST_FILE: Final = "test.yml"


@dataclass(frozen=True, eq=False)
class ReducedGroup:
    """A group of tests with some of its cases, and with the rules that these need."""

    group: UnitTestGroup
    cases: tuple[UnitTestCase, ...]
    rules: tuple[MutableRule, ...]  # in the order of the files

    @cached_property
    def series(self) -> tuple[GivenSeries, ...]:
        """The series that its cases and rules can read."""
        readings = [*(case.reads for case in self.cases), *(rule.reads for rule in self.rules)]
        if any(each.everything for each in readings):
            return self.group.series
        names = frozenset[str]().union(*(each.keys for each in readings))
        return tuple(each for each in self.group.series if not each.name or each.name in names)

    @property
    def expects(self) -> bool:
        """Whether a case expects something, rather than nothing."""
        return any(case.expects for case in self.cases)

    def names(self, rule: MutableRule) -> bool:
        """Whether a case reads a rule itself, rather than what needs it."""
        return any(rule.key in case.reads.keys for case in self.cases)

    @property
    def seconds(self) -> float:
        """When its last case is."""
        return max((case.seconds for case in self.cases), default=0.0)

    @cached_property
    def cost(self) -> float:
        """What takes longer has more: rules that are evaluated, samples that are loaded."""
        steps = self.seconds / self.group.evaluated_every
        samples = self.seconds / self.group.sampled_every
        return (1 + len(self.series)) * (steps * len(self.rules) + samples)

    def write(self, folder: Path, mutant: Mutant | None) -> None:
        """Write it to a new folder, with the rules as they are or with a mutant."""
        rules = (
            (rule, mutant.flow if mutant is not None and mutant.rule is rule else rule.flow)
            for rule in self.rules
        )
        series = [each.flow for each in self.series]
        self.write_with(folder, rules, series, {kind: self.cases_of(kind) for kind in CASES})

    def cases_of(self, kind: str) -> list[str]:
        """Its cases of a kind, as YAML."""
        return [to_flow(case.data) for case in self.cases if case.kind == kind]

    def write_with(
        self,
        folder: Path,
        rules: Iterable[tuple[MutableRule, str]],
        series: Iterable[str],
        cases: Mapping[str, Sequence[str]],
    ) -> None:
        """Write it to a new folder, with these rules, series and cases as YAML.

        The rules come in the order of the files, each with the one in whose place it stands.
        """
        folder.mkdir()
        texts: dict[MutableFile, dict[int, list[str]]] = {}
        for rule, text in rules:
            texts.setdefault(rule.file, {}).setdefault(rule.group, []).append(text)
        names = {f"rules{number}.yml": file for number, file in enumerate(texts)}
        for name, file in names.items():
            _write(folder / name, _rule_file(file, texts[file]))
        _write(folder / TEST_FILE, self._test_file([*names], series, cases))

    def _test_file(
        self, rule_files: list[str], series: Iterable[str], cases: Mapping[str, Sequence[str]]
    ) -> str:
        """A test file. Where theirs sets no order of groups, promtool's is random: ours is set."""
        order = [*dict.fromkeys(rule.group_name for rule in self.rules)]
        whole = {"group_eval_order": order, **self.group.file.data, "rule_files": rule_files}
        data = {
            **_flows(self.group.data),
            "input_series": flow_list(series),
            **{kind: flow_list(some) for kind, some in cases.items()},
        }
        return flow_mapping({**_flows(whole), "tests": flow_list([flow_mapping(data)])})


def _rule_file(file: MutableFile, texts: Mapping[int, Sequence[str]]) -> str:
    groups = (
        flow_mapping({**_flows(file.groups[number].data), "rules": flow_list(some)})
        for number, some in sorted(texts.items())
    )
    return flow_mapping({"groups": flow_list(groups)})


_WRITTEN_OTHERWISE: Final = frozenset({"rules", "tests", "input_series", *CASES})


def _flows(data: JsonData) -> dict[str, str]:
    """The fields of a mapping as YAML, but for the long ones that are written otherwise."""
    fields = data if isinstance(data, dict) else {}
    return {
        name: to_flow(value, name)
        for name, value in fields.items()
        if name not in _WRITTEN_OTHERWISE
    }


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="ascii")

"""Variants of a rule: it and all that need it under names of their own, beside the rules.

Many variants of a reduced group are tested at once. promtool loads the series and evaluates what
the mutants do not change once for all of them, and names in what it says each variant that fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from typedprom_codegen.mutate.flow_style import to_flow
from typedprom_codegen.mutate.mutable_rules import MutableRule
from typedprom_codegen.mutate.mutant import Mutant
from typedprom_codegen.mutate.readings import OF_ALERTS
from typedprom_codegen.mutate.reduced_groups import ReducedGroup
from typedprom_codegen.mutate.renaming import CannotRenameError, Renaming
from typedprom_codegen.mutate.template_readings import template_readings
from typedprom_codegen.mutate.unit_tests import CASES, GivenSeries, UnitTestCase
from typedprom_codegen.sources.document import JsonData

_MARK: Final = "_typedprom_"
_NAMES: Final = re.compile(rf"{_MARK}(?:mutant|end)\d+_".encode())


def suffix_of(number: int) -> str:
    """What the names of a variant end with."""
    return f"{_MARK}mutant{number}_"


def end_of(number: int) -> str:
    """What is named in the last case of a file of variants, which always fails."""
    return f"{_MARK}end{number}_"


def names_in(words: bytes) -> set[str]:
    """The suffixes and ends that promtool names."""
    return {name.decode() for name in _NAMES.findall(words)}


_ANY: Final = suffix_of(0)
"""The suffix until a variant has a number."""


class Variant(NamedTuple):
    """The rules, series and cases of a reduced group that a change of a rule can reach.

    They are written as YAML, under names that end with `_ANY`.
    """

    renaming: Renaming
    rules: Mapping[MutableRule, str]
    series: Sequence[str]
    cases: Mapping[str, Sequence[str]]

    def with_mutant(self, mutant: Mutant) -> Variant | None:
        """The variant with a rule mutated; None if that has names we cannot change."""
        try:
            text = _renamed_rule(mutant.rule, mutant.data(), self.renaming)
        except CannotRenameError:
            return None
        return self._replace(rules={**self.rules, mutant.rule: text})

    def numbered(self, number: int) -> Variant:
        """The variant with a number in its names."""
        return self._replace(
            rules={rule: _numbered(text, number) for rule, text in self.rules.items()},
            series=[_numbered(text, number) for text in self.series],
            cases={
                kind: [_numbered(text, number) for text in texts]
                for kind, texts in self.cases.items()
            },
        )


def _numbered(text: str, number: int) -> str:
    return text.replace(_ANY, suffix_of(number))


def write_variants(
    folder: Path, group: ReducedGroup, variants: Sequence[Variant], end: str
) -> None:
    """Write a reduced group to a new folder, with variants that have different numbers."""
    cases = {kind: [text for each in variants for text in each.cases[kind]] for kind in CASES}
    last: dict[str, JsonData] = {"expr": f"absent({end})", "eval_time": "0s"}
    cases[CASES[-1]].append(to_flow(last))
    series = [each.flow for each in group.series]
    series += [text for each in variants for text in each.series]
    group.write_with(folder, _with_variants(group.rules, variants), series, cases)


def _with_variants(
    rules: Iterable[MutableRule], variants: Sequence[Variant]
) -> Iterator[tuple[MutableRule, str]]:
    """Rules as YAML. What is evaluated after a rule comes after all variants of it."""
    for rule in rules:
        if any(rule not in each.rules for each in variants):
            yield rule, rule.flow
        yield from ((rule, each.rules[rule]) for each in variants if rule in each.rules)


def variant(group: ReducedGroup, changed: Iterable[MutableRule]) -> Variant | None:
    """Rules and what needs them under other names; None if that would not be the same."""
    reached = _reached(group.rules, changed)
    renaming = Renaming(frozenset(each.key for each in reached), _ANY)
    if not _can_be_renamed(group, reached, renaming):
        return None
    try:
        return Variant(
            renaming=renaming,
            rules={each: _renamed_rule(each, each.data, renaming) for each in reached},
            series=[
                _renamed_series(each, renaming)
                for each in group.series
                if each.name in renaming.keys
            ],
            cases={kind: _renamed_cases(group.cases, kind, renaming) for kind in CASES},
        )
    except CannotRenameError:
        return None


def _reached(rules: Sequence[MutableRule], changed: Iterable[MutableRule]) -> list[MutableRule]:
    """The rules that a change of some can reach: those of their names, that read these, …"""
    keys = {rule.key for rule in changed}
    while True:
        reached = [rule for rule in rules if rule.key in keys or rule.reads.keys & keys]
        if keys == {rule.key for rule in reached}:
            return reached
        keys.update(rule.key for rule in reached)


def _can_be_renamed(
    group: ReducedGroup, reached: Sequence[MutableRule], renaming: Renaming
) -> bool:
    """Whether nothing reads the rules but by a name in a query."""
    readings = [*(case.reads for case in group.cases), *(rule.reads for rule in group.rules)]
    in_texts = (each for rule in reached for text in rule.texts for each in template_readings(text))
    given = {each.name for each in group.series}
    return not (
        any(each.everything or not each.keys.isdisjoint(OF_ALERTS) for each in readings)
        or any(each.keys & renaming.keys for each in in_texts)
        or given & {"", *OF_ALERTS}
        or any(_MARK in rule.flow for rule in group.rules)
    )


def _renamed_rule(rule: MutableRule, data: Mapping[str, JsonData], renaming: Renaming) -> str:
    renamed = dict(data)
    renamed["alert" if rule.is_alert else "record"] = rule.name + renaming.suffix
    if rule.reads.keys & renaming.keys:
        renamed["expr"] = renaming.in_query(_text(data["expr"]))
    return to_flow(renamed)


def _renamed_series(series: GivenSeries, renaming: Renaming) -> str:
    data = series.data if isinstance(series.data, dict) else {}
    return to_flow({**data, "series": renaming.in_query(_text(data["series"]))})


def _renamed_cases(cases: Iterable[UnitTestCase], kind: str, renaming: Renaming) -> list[str]:
    return [to_flow(_renamed_case(case, renaming)) for case in cases if case.kind == kind]


def _renamed_case(case: UnitTestCase, renaming: Renaming) -> dict[str, JsonData]:
    data = dict(case.data) if isinstance(case.data, dict) else {}
    if case.kind == CASES[0]:
        return {**data, "alertname": _text(data["alertname"]) + renaming.suffix}
    data["expr"] = renaming.in_query(_text(data["expr"]))
    samples = data.get("exp_samples")
    if isinstance(samples, list):
        data["exp_samples"] = [_renamed_sample(each, renaming) for each in samples]
    return data


def _renamed_sample(sample: JsonData, renaming: Renaming) -> JsonData:
    if not isinstance(sample, dict) or "labels" not in sample:
        return sample
    return {**sample, "labels": renaming.in_labels(_text(sample["labels"]))}


def _text(data: JsonData) -> str:
    return data if isinstance(data, str) else ""

"""All mutants of a rule: of its query, its durations, its labels and its annotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from typedprom_codegen.mutate.amounts import near_durations
from typedprom_codegen.mutate.mutable_rules import MutableRule
from typedprom_codegen.mutate.mutant import Mutant
from typedprom_codegen.mutate.query_mutants import query_changes
from typedprom_codegen.mutate.unseen_values import unseen_values
from typedprom_codegen.promql.nodes.number import duration_value
from typedprom_codegen.promql.rewrite import apply
from typedprom_codegen.sources.rule_queries import DURATION

_DURATIONS: Final = ("for", "keep_firing_for")
_VALUE: Final = re.compile(r"\$value\b|\.Value\b|\{\{-?\s*\.\s*[|}-]")


def mutants_of(rule: MutableRule) -> list[Mutant]:
    """The mutants of a rule, in the order of its fields."""
    return [*_of_query(rule), *_of_durations(rule), *_of_texts(rule)]


def _of_query(rule: MutableRule) -> Iterator[Mutant]:
    query = rule.query
    if query is None:
        return
    is_value_seen = not rule.is_alert or any(_VALUE.search(text.text) for text in rule.texts)
    unseen = unseen_values(query) if is_value_seen else unseen_values(query, [query.root])
    for change in query_changes(query, unseen):
        text = apply(query, [change.edit])
        yield Mutant(rule, ("expr",), change.edit.extent, text, change.words)


def _of_durations(rule: MutableRule) -> Iterator[Mutant]:
    for name in _DURATIONS:
        written = rule.value[name].text
        if written and DURATION.fullmatch(written):
            seconds = 0.0 if written == "0" else duration_value(written)
            for text in near_durations(seconds):
                yield Mutant(rule, (name,), None, text, f"`{name}` `{written}` to `{text}`")


def _of_texts(rule: MutableRule) -> Iterator[Mutant]:
    for text in rule.texts:
        *_, part, name = map(str, text.path)
        if part == "labels":
            other = f"{text.text}_other"
            words = f"label `{name}` `{text.text}` to `{other}`"
            yield Mutant(rule, (part, name), None, other, words)
        else:
            yield Mutant(rule, (part, name), None, None, f"annotation `{name}` removed")

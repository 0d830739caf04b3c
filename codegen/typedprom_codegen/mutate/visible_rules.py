"""Which rules a test can see: those it names, and all that these need, however indirectly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from typedprom_codegen.mutate.mutable_rules import MutableRule
from typedprom_codegen.mutate.readings import Readings
from typedprom_codegen.mutate.unit_tests import UnitTestCase


class VisibleRules:
    """The rules that a test file loads, by what reads them."""

    def __init__(self, rules: Sequence[MutableRule]) -> None:
        self._rules = rules
        self._positions = {rule: number for number, rule in enumerate(rules)}
        self._writers: dict[str, list[MutableRule]] = {}
        self._known: dict[Readings, dict[MutableRule, None]] = {}
        for rule in rules:
            for key in rule.writes:
                self._writers.setdefault(key, []).append(rule)

    def seen_by(self, case: UnitTestCase) -> dict[MutableRule, None]:
        """The rules that a case needs, as the keys of a dict."""
        if case.reads not in self._known:
            self._known[case.reads] = self._seen(case.reads)
        return self._known[case.reads]

    def in_order(self, rules: Iterable[dict[MutableRule, None]]) -> list[MutableRule]:
        """All of these rules, as they are in the files."""
        needed = {rule for some in rules for rule in some}
        if len(needed) == len(self._rules):
            return list(self._rules)
        return sorted(needed, key=self._positions.__getitem__)

    def _seen(self, reads: Readings) -> dict[MutableRule, None]:
        seen: dict[MutableRule, None] = {}
        keys: set[str] = set()
        ahead = [reads]
        while ahead:
            current = ahead.pop()
            if current.everything:
                return dict.fromkeys(self._rules)
            new = current.keys - keys
            keys |= new
            for key in sorted(new):
                for rule in self._writers.get(key, ()):
                    if rule not in seen:
                        seen[rule] = None
                        ahead.append(rule.reads)
        return seen

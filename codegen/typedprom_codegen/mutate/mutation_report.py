"""What a run of mutants found: the survivors with excerpts, and a table of the rules."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.excerpt import SourceLines, excerpt, printable
from typedprom_codegen.mutate.mutable_rules import MutableRule
from typedprom_codegen.mutate.mutant import Mutant
from typedprom_codegen.mutate.mutation_run import Verdict
from typedprom_codegen.sources.dashboard_queries import title
from typedprom_codegen.totals import count

_COLUMNS: Final = ("mutants", "killed", "survived", "accepted", "not tested")


@dataclass(frozen=True)
class MutationReport:
    """The rules, what became of each mutant, and why some survivors are accepted."""

    rules: Sequence[MutableRule]
    verdicts: Mapping[Mutant, Verdict]
    reasons: Mapping[Mutant, str]

    @property
    def is_complete(self) -> bool:
        """Whether each mutant was killed, or is accepted."""
        return all(
            verdict is Verdict.KILLED or m in self.reasons for m, verdict in self.verdicts.items()
        )

    def text(self, sources: SourceLines) -> str:
        """The report for people."""
        blocks = [
            "\n".join(_block(mutant, sources))
            for mutant, verdict in self.verdicts.items()
            if verdict is Verdict.SURVIVED and mutant not in self.reasons
        ]
        return "\n\n".join([*blocks, "\n".join(self._table()), self._summary()]) + "\n"

    def json(self) -> str:
        """The report for programs: rules with their numbers, and all mutants that were not killed.

        A mutant has its verdict ("survived" or "not tested"), its position, what is there
        afterwards (null: nothing), and why it is accepted (else null).
        """
        rules = [
            {**_place(rule), **dict(zip(_COLUMNS, self._numbers[rule], strict=True))}
            for rule in self.rules
        ]
        mutants = [
            {
                **_place(mutant.rule),
                "change": mutant.words,
                "field": ".".join(mutant.path),
                "text": mutant.text,
                "verdict": verdict.value,
                "accepted": self.reasons.get(mutant),
                **_position(mutant.span),
            }
            for mutant, verdict in self.verdicts.items()
            if verdict is not Verdict.KILLED
        ]
        return json.dumps({"rules": rules, "mutants": mutants}, indent=2) + "\n"

    @cached_property
    def _numbers(self) -> dict[MutableRule, tuple[int, ...]]:
        """The numbers of each rule, in the order of the columns."""
        found = {rule: Counter[str]() for rule in self.rules}
        for mutant, verdict in self.verdicts.items():
            found[mutant.rule].update(("mutants", self._column(mutant, verdict)))
        return {rule: tuple(each[name] for name in _COLUMNS) for rule, each in found.items()}

    def _column(self, mutant: Mutant, verdict: Verdict) -> str:
        return "accepted" if mutant in self.reasons else verdict.value

    def _table(self) -> Iterator[str]:
        rows = [(_subject(rule), *map(str, self._numbers[rule])) for rule in self.rules]
        rows = [("rule", *_COLUMNS), *rows]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for name, *numbers in rows:
            cells = (cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True))
            yield f"{name.ljust(widths[0])}  {'  '.join(cells)}"

    def _summary(self) -> str:
        said = Counter(self._column(mutant, verdict) for mutant, verdict in self.verdicts.items())
        total, killed = len(self.verdicts), said[Verdict.KILLED.value]
        share = f" ({100 * killed / total:.1f} %)" if total else ""
        parts = [f"{killed} killed{share}", f"{said[Verdict.SURVIVED.value]} survived"]
        parts += [f"{said[name]} {name}" for name in ("accepted", "not tested") if said[name]]
        of = f"{count(total, 'mutant')} of {count(len(self.rules), 'rule')}"
        return f"{of}: {', '.join(parts)}"


def _block(mutant: Mutant, sources: SourceLines) -> Iterator[str]:
    """A survivor: where it is, what was changed, and the line."""
    span = mutant.span
    gutter = len(str(max(span.line, span.end_line)))
    yield printable(f"{span}: survived: {mutant.words}")
    yield printable(f"{' ' * gutter} in {_subject(mutant.rule)}")
    yield from excerpt(sources, span, gutter)


def _subject(rule: MutableRule) -> str:
    return f"{_kind(rule)} {title(rule.name)}"


def _kind(rule: MutableRule) -> str:
    return "alert" if rule.is_alert else "record"


def _place(rule: MutableRule) -> dict[str, object]:
    span = rule.span
    return {"path": span.path, "rule": rule.name, "kind": _kind(rule), "rule_line": span.line}


def _position(span: Span) -> dict[str, object]:
    return {
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }

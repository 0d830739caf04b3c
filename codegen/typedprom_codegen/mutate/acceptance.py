"""The file of accepted survivors: which changes nobody needs to notice, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from typedprom_codegen.codes.mutated_rules import INVALID_ACCEPTANCE, STALE_ACCEPTANCE
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.message_parts import did_you_mean
from typedprom_codegen.mutate.mutant import Mutant
from typedprom_codegen.sources.document import DocumentValue
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.query_documents import documents_of

_REQUIRED: Final = ("rule", "change", "reason")
_OPTIONAL: Final = ("file", "within")
_HELP: Final = "write `- rule: …`, with `change: …` and `reason: …` below it"


@dataclass(frozen=True, slots=True, eq=False)
class Acceptance:
    """An entry of the file."""

    rule: re.Pattern[str]
    change: re.Pattern[str]
    file: re.Pattern[str]
    within: str
    reason: str
    span: Span

    def accepts(self, mutant: Mutant) -> bool:
        """Whether the entry is about this mutant."""
        return bool(
            self.rule.fullmatch(mutant.rule.name)
            and self.change.fullmatch(mutant.words)
            and self.file.fullmatch(mutant.rule.file.shown)
            and (not self.within or _is_within(mutant, self.within))
        )


def read_acceptances(project: Path, name: str | None, found: Diagnostics) -> list[Acceptance]:
    """The entries of a file, relative to the project; none without a name."""
    if name is None:
        return []
    documents = documents_of(FoundFile(name, project / name), found) or ()
    entries: list[Acceptance] = []
    for document in documents:
        root = DocumentValue(document, (), document.data)
        if root.data is not None and not isinstance(root.data, list):
            message = f"`{name}` is not a list of accepted survivors"
            found.report(INVALID_ACCEPTANCE, message, root.span(), help=_HELP)
        elif isinstance(root.data, list):
            entries += _entries(root, found)
    return entries


def _entries(root: DocumentValue, found: Diagnostics) -> Iterator[Acceptance]:
    for entry in root.items():
        if _is_valid(entry, found):
            yield Acceptance(
                rule=_pattern(entry["rule"].text),
                change=_pattern(entry["change"].text),
                file=_pattern(entry["file"].text or "*"),
                within=entry["within"].text,
                reason=entry["reason"].text,
                span=entry["change"].span(),
            )


def _is_valid(entry: DocumentValue, found: Diagnostics) -> bool:
    data = entry.data if isinstance(entry.data, dict) else {}
    problems = [
        (f"an accepted survivor has no `{key}`", entry.span())
        for key in _REQUIRED
        if not entry[key].text.strip()
    ]
    known = (*_REQUIRED, *_OPTIONAL)
    problems += [
        (
            f"`{key}` is not a field of an accepted survivor{did_you_mean(key, known)}",
            entry[key].span(),
        )
        for key in data
        if key not in known
    ]
    for message, place in problems:
        found.report(INVALID_ACCEPTANCE, message, place, help=_HELP)
    return not problems


def _pattern(text: str) -> re.Pattern[str]:
    """A text in which `*` stands for any."""
    return re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)


def _is_within(mutant: Mutant, part: str) -> bool:
    """Whether a mutant changes something in one of the places where its query has this part."""
    if mutant.extent is None or mutant.path != ("expr",):
        return False
    text = mutant.rule.value["expr"].text
    at = text.find(part)
    while at >= 0:
        if at <= mutant.extent.start and mutant.extent.end <= at + len(part):
            return True
        at = text.find(part, at + 1)
    return False


def accepted(
    survivors: Iterable[Mutant], entries: Sequence[Acceptance], found: Diagnostics
) -> dict[Mutant, str]:
    """The reasons of the survivors that are accepted. Entries without a survivor are reported."""
    reasons: dict[Mutant, str] = {}
    used: set[Acceptance] = set()
    for mutant in survivors:
        for entry in entries:
            if entry.accepts(mutant):
                used.add(entry)
                reasons.setdefault(mutant, entry.reason)
    for entry in entries:
        if entry not in used:
            message = "an accepted survivor is none any more"
            found.report(STALE_ACCEPTANCE, message, entry.span, help="remove the entry")
    return reasons

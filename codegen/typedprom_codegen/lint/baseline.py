"""The baseline: findings that a repository had when checking began, which are not reported."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from typedprom_codegen.codes.checked_files import STALE_BASELINE
from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.load.file_text import LARGEST_FILE, read_bytes, reason_of
from typedprom_codegen.sources.document import DocumentValue
from typedprom_codegen.sources.json_text import JsonDocument, JsonSyntaxError
from typedprom_codegen.sources.lines import Lines

FORMAT: Final = "typedprom-baseline"
"""The key that says what the file is; its value is the version."""

VERSION: Final = 1

_SUGGESTION: Final = "; did you mean "  # changes with the catalog
_SURROGATE: Final = re.compile("[\ud800-\udfff]")  # which UTF-8 has not, but JSON can say


class BaselineError(ValueError):
    """A file that is not a baseline."""


class KnownFinding(NamedTuple):
    """A finding, whichever line it is on."""

    path: str
    code: str
    subject: str  # 'panel "Requests" (id 4), target A'
    message: str

    @classmethod
    def of(cls, found: Diagnostic) -> KnownFinding:
        """The finding of a diagnostic."""
        message = found.message.partition(_SUGGESTION)[0]
        return cls(found.span.path, found.code.id, found.subject, message)


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """A finding of a baseline file, how often it was found, and where it stands there."""

    finding: KnownFinding
    count: int
    place: DocumentValue


def baseline_text(found: Iterable[Diagnostic]) -> str:
    """The text of a baseline with these diagnostics: sorted JSON, one key a line."""
    counts = Counter(map(KnownFinding.of, found))
    findings = [
        finding._asdict() | ({"count": count} if count > 1 else {})
        for finding, count in sorted(counts.items())
    ]
    text = json.dumps({FORMAT: VERSION, "findings": findings}, indent=2, ensure_ascii=False)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The findings of a baseline file."""

    entries: tuple[BaselineEntry, ...]

    @classmethod
    def parsed(cls, shown: str, text: str) -> Baseline:
        """The content of the file `shown`. Raises BaselineError if it is not a baseline."""
        try:
            document = JsonDocument(shown, text)
        except JsonSyntaxError as problem:
            where = Lines(text).span(shown, problem.offset, problem.offset)
            raise BaselineError(f"{where}: not JSON: {problem.message}") from None
        root = DocumentValue(document, (), document.data)
        version = root[FORMAT].data
        if version is None:
            raise BaselineError(f"`{shown}` is not a baseline: it has no key `{FORMAT}`")
        if version != VERSION:
            raise BaselineError(f"`{shown}` is a baseline of an unknown version, not {VERSION}")
        return cls(tuple(map(_entry, root["findings"].items())))

    def without(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The diagnostics that the baseline does not list. Of equal ones the last are left."""
        left = self._counts()
        kept: list[Diagnostic] = []
        for diagnostic in found:
            finding = KnownFinding.of(diagnostic)
            if left[finding] > 0:
                left[finding] -= 1
            else:
                kept.append(diagnostic)
        return kept

    def stale(
        self, found: Iterable[Diagnostic], was_read: Callable[[str], bool]
    ) -> Iterator[Diagnostic]:
        """A warning for each entry that lists more than was found in the files that were read."""
        left = self._counts()
        left.subtract(map(KnownFinding.of, found))
        for entry in self.entries:
            finding = entry.finding
            unused = min(entry.count, left[finding])
            if unused > 0 and was_read(finding.path):
                left[finding] -= unused
                yield _stale(entry, unused)

    def _counts(self) -> Counter[KnownFinding]:
        counts: Counter[KnownFinding] = Counter()
        for entry in self.entries:
            counts[entry.finding] += entry.count
        return counts


def _entry(value: DocumentValue) -> BaselineEntry:
    texts = [value[key] for key in KnownFinding._fields]
    if not all(isinstance(text.data, str) for text in texts):
        raise BaselineError(f"{value.span()}: not a finding of a baseline")
    count = value["count"].data
    number = count if isinstance(count, int) and count > 0 else 1
    return BaselineEntry(KnownFinding(*(text.text for text in texts)), number, value)


def _stale(entry: BaselineEntry, unused: int) -> Diagnostic:
    finding = entry.finding
    about = f"{finding.subject}: " if finding.subject else ""
    times = "" if entry.count == 1 else f" ({unused} of {entry.count})"
    return Diagnostic(
        STALE_BASELINE,
        f"`{finding.code}` is not reported any more in `{finding.path}`, {about}"
        f"{finding.message}{times}",
        entry.place["code"].span(),
        help="write the baseline again with `--write-baseline`",
    )


def read_baseline(project: Path, name: str | None) -> Baseline | None:
    """The baseline in this file, relative to the project; None without a name.

    Raises BaselineError if it cannot be read or is not a baseline.
    """
    if name is None:
        return None
    try:
        data = read_bytes(project / name)
    except FileNotFoundError:
        raise BaselineError(
            f"the baseline `{name}` does not exist; write it with `--write-baseline {name}`"
        ) from None
    except (OSError, ValueError) as problem:
        raise BaselineError(f"the baseline `{name}` cannot be read: {reason_of(problem)}") from None
    if len(data) > LARGEST_FILE:
        raise BaselineError(f"the baseline `{name}` is larger than {LARGEST_FILE >> 20} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BaselineError(f"the baseline `{name}` is not UTF-8") from None
    return Baseline.parsed(name, text)


def write_baseline(project: Path, name: str, found: Iterable[Diagnostic]) -> None:
    """Write these findings to a file of the project: a new one, or one that is a baseline.

    Raises BaselineError if it is something else, or cannot be written.
    """
    try:
        file = Path(os.path.realpath(project / name))
        if not file.is_relative_to(os.path.realpath(project)):
            raise BaselineError(f"the baseline `{name}` is outside of the project")
        if file.exists():
            read_baseline(project, name)  # or a mistyped name would cost a file
        file.write_text(baseline_text(found), encoding="utf-8", newline="\n")
    except BaselineError as problem:
        raise BaselineError(f"{problem}; nothing was written") from None
    except (OSError, ValueError) as problem:
        raise BaselineError(
            f"the baseline `{name}` cannot be written: {reason_of(problem)}"
        ) from None

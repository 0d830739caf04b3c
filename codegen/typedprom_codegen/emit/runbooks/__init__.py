"""The `runbooks` target: a page per alert and objective for the person on call, and an index.

README.md                      all alerts and objectives
<name of the alert>.md         what it means, what to do, where to look
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.emit import OutputFile, Target
from typedprom_codegen.emit.runbooks.page import page
from typedprom_codegen.emit.runbooks.page_subjects import subjects
from typedprom_codegen.emit.runbooks.runbook_index import index

__all__ = ["TARGET", "RunbooksOptions"]


@dataclass(frozen=True, slots=True)
class RunbooksOptions:
    """What `[tool.typedprom.runbooks]` can contain, beside the directory."""


def _emit(compiled: CompiledCatalog, _: RunbooksOptions) -> Iterator[OutputFile]:
    found = subjects(compiled)
    if found:
        yield OutputFile("README.md", index(compiled, found))
    for subject in found:
        yield OutputFile(subject.file, page(compiled, subject))


TARGET: Final = Target("runbooks", RunbooksOptions, _emit)

"""Resolves `suppress:`, the warnings that are accepted for a metric, an alert or a record."""

from __future__ import annotations

from collections.abc import Sequence

from typedprom_codegen import raw
from typedprom_codegen.codes.semantics import REPEATED_ENTRY
from typedprom_codegen.diagnostics import Diagnostics, Related
from typedprom_codegen.ir import Suppression
from typedprom_codegen.load.yaml_nodes import EntrySpans, Path, SourceFile


def resolve_suppressions(
    listed: Sequence[raw.Suppression], source: SourceFile, path: Path, diagnostics: Diagnostics
) -> tuple[Suppression, ...]:
    """The suppressions of the list at a path, each code once."""
    first: dict[str, Suppression] = {}
    for index, entry in enumerate(listed):
        where = EntrySpans(source, (*path, index))
        if entry.code in first:
            diagnostics.report(
                REPEATED_ENTRY,
                f"`{entry.code}` is suppressed twice",
                where("code"),
                help="remove one of the two",
                related=[Related(first[entry.code].where("code"), "it is first suppressed here")],
            )
        first.setdefault(entry.code, Suppression(entry.code, entry.reason, where))
    return tuple(first.values())

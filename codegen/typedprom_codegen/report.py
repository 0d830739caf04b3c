"""Tells what a plan changes: as a list of files, as a unified diff, or as one line of totals."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from io import StringIO

from typedprom_codegen.manifest import NAME
from typedprom_codegen.write import Change, Plan


def listing(plan: Plan) -> Iterator[str]:
    """One line for each file that is not up to date; for the manifest only where it is alone."""
    for change in plan.files or plan.changes:
        yield f"{plan.folder.shown}/{change.path}: {_fate(change)}"


def edits(plan: Plan) -> Iterator[str]:
    """One line for each generated file that somebody edited, and whose edits are gone now."""
    for change in plan.files:
        if change.edited:
            done = "removed" if change.new is None else "replaced"
            yield f"note: {plan.folder.shown}/{change.path} was edited by hand; {done}"


def totals(plan: Plan) -> str:
    """How many files there are, and what was done: "python: 14 files, 2 written, 1 removed"."""
    written = sum(change.new is not None for change in plan.files)
    counts = {"written": written, "removed": len(plan.files) - written}
    parts = [f"{plan.folder.name}: {plan.total} file{'s' if plan.total != 1 else ''}"]
    parts += [f"{count} {done}" for done, count in counts.items() if count]
    return ", ".join(parts if plan.changes else [*parts, "up to date"])


def diff(plan: Plan) -> Iterator[str]:
    """A unified diff from what is on disk to what should be, as `patch -p1` takes it."""
    for change in plan.changes:
        path = f"{plan.folder.shown}/{change.path}"
        old = "/dev/null" if change.old is None else f"a/{path}"
        new = "/dev/null" if change.new is None else f"b/{path}"
        for line in unified_diff(_lines(change.old), _lines(change.new), old, new):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(content: bytes | None) -> list[str]:
    """Split at line feeds alone, as `patch` does."""
    return StringIO((content or b"").decode(errors="replace"), newline="\n").readlines()


def _fate(change: Change) -> str:
    if change.path == NAME:
        return "out of date"
    if change.old is None:
        return "missing"
    fate = "left over" if change.new is None else "out of date"
    return f"{fate}, edited by hand" if change.edited else fate

"""Reads and writes the file of a baseline."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from typedprom_codegen.diagnostics import Diagnostic
from typedprom_codegen.lint.baseline import Baseline, BaselineError, baseline_text
from typedprom_codegen.load.file_text import reason_of


def read_baseline(project: Path, name: str | None) -> Baseline | None:
    """The baseline in this file, relative to the project; None without a name.

    Raises BaselineError if it cannot be read or is not a baseline.
    """
    if name is None:
        return None
    try:
        text = (project / name).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise BaselineError(
            f"the baseline `{name}` does not exist; write it with `--write-baseline {name}`"
        ) from None
    except UnicodeDecodeError:
        raise BaselineError(f"the baseline `{name}` is not UTF-8") from None
    except (OSError, ValueError) as problem:
        raise BaselineError(f"the baseline `{name}` cannot be read: {reason_of(problem)}") from None
    return Baseline.parsed(name, text)


def write_baseline(project: Path, name: str, found: Iterable[Diagnostic]) -> None:
    """Write these findings to a file. Raises BaselineError if that fails."""
    try:
        (project / name).write_text(baseline_text(found), encoding="utf-8", newline="\n")
    except (OSError, ValueError) as problem:
        raise BaselineError(
            f"the baseline `{name}` cannot be written: {reason_of(problem)}"
        ) from None

"""TP7xx: writing into output folders."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error

FOREIGN_FILE: Final = error(
    "TP701",
    "foreign-file",
    """
    The path of an output file holds a file that typedprom did not write, a folder or a symbolic
    link. It is never overwritten.

    typedprom knows its own files by the manifest `.typedprom.json` in each output folder. Commit
    it with the files it lists. If it is lost, delete the generated files of the folder and run
    `typedprom generate`.
    """,
)

CANNOT_WRITE: Final = error(
    "TP702",
    "cannot-write",
    """
    The system could not read or write in an output folder. For example, the folder is read-only,
    the disk is full, or a file has the path of a folder. Every file is entirely old or entirely
    new. Remove the cause; then `typedprom generate` writes the rest.
    """,
)

BAD_OUTPUT: Final = error(
    "TP703",
    "bad-output",
    """
    An output target returned a file that cannot be written: its path is absolute or leads out of
    the target's folder, two files have the same path, or its text cannot be encoded. This is a
    bug of the target.
    """,
)

BROKEN_MANIFEST: Final = error(
    "TP704",
    "broken-manifest",
    """
    The manifest `.typedprom.json` of an output folder is not what typedprom wrote, for example
    because of a merge conflict. It lists the files that typedprom may replace and remove, so
    nothing is written without it.

    Restore it from version control, or delete the whole generated folder and run
    `typedprom generate`.
    """,
)

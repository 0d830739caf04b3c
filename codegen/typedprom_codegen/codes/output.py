"""TP7xx: writing into output folders."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import error

FOREIGN_FILE: Final = error(
    "TP701",
    "foreign-file",
    """
    Where an output file should be there is a file that typedprom did not write, or a folder or a
    symbolic link. It is never overwritten.

    typedprom knows its own files by the manifest `.typedprom.json` in each output folder. Commit
    it with the files it lists. Where it was lost, delete the folder's generated files and run
    `typedprom generate`.
    """,
)

CANNOT_WRITE: Final = error(
    "TP702",
    "cannot-write",
    """
    The system refused to read or write in an output folder: the folder is read-only, the disk is
    full, a file stands where a folder should be. Every file is as it was or as it should be, none
    is half written; once the reason is gone, `typedprom generate` completes the rest.
    """,
)

BAD_OUTPUT: Final = error(
    "TP703",
    "bad-output",
    """
    An output target made a file that cannot be written: its path is absolute or leads out of the
    target's folder, two files have one path, or its text cannot be encoded. That is a fault of
    the target.
    """,
)

BROKEN_MANIFEST: Final = error(
    "TP704",
    "broken-manifest",
    """
    The manifest `.typedprom.json` of an output folder is not what typedprom wrote, for instance
    because of a merge conflict. It says which files are ours to replace and remove, so nothing is
    written without it.

    Restore it from version control. Or delete the whole folder, which is generated, and run
    `typedprom generate`.
    """,
)

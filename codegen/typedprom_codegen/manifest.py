"""The manifest of an output folder: which files in it are ours, and what we wrote into them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath, PureWindowsPath

RESERVED = ".typedprom"  # how the names begin that no target may use
NAME = f"{RESERVED}.json"
TEMPORARY = f"{RESERVED}-tmp-"  # how the names of our temporary files begin
_ABOUT = "Written by `typedprom generate`: the files here that are generated, with their SHA-256."


@dataclass(frozen=True, slots=True)
class Manifest:
    """The digest of each file that we wrote, by its path below the folder.

    `pending` is what the files are about to become. It is there only while they are replaced. A
    run that is killed leaves it behind, so the next run knows the old files and the new ones.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    pending: Mapping[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> set[str]:
        """All files that are ours."""
        return {*self.files, *self.pending}

    def is_edited(self, path: str, content: bytes | None) -> bool:
        """Whether the file at `path` exists, with other content than we wrote."""
        return content is not None and digest(content) not in {
            self.files.get(path),
            self.pending.get(path),
        }

    def encoded(self) -> bytes:
        """The manifest as it is stored."""
        data: dict[str, object] = {"about": _ABOUT, "files": dict(sorted(self.files.items()))}
        if self.pending:
            data["pending"] = dict(sorted(self.pending.items()))
        return f"{json.dumps(data, indent=2)}\n".encode()


def digest(content: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    return sha256(content).hexdigest()


def parse(content: bytes) -> Manifest:
    """The manifest in a folder. Raises ValueError where it is not one that we wrote."""
    try:
        data = json.loads(content)
    except RecursionError as error:
        raise ValueError(str(error)) from error
    if not isinstance(data, dict):
        raise ValueError("not an object")
    return Manifest(_digests(data.get("files")), _digests(data.get("pending", {})))


def _digests(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    for path, known in value.items():
        if problem_with(path) is not None or not isinstance(known, str):
            raise ValueError(f"not an output path: {path!r}")
    return value


def problem_with(path: str) -> str | None:
    """What is wrong with an output path, or None: on every system it must stay in its folder."""
    if path.startswith("/") or PureWindowsPath(path).anchor:
        return "is absolute"
    if "\\" in path or not path.isprintable():
        return "has a backslash or a control character"
    if ".." in path.split("/"):
        return "leads out of its folder"
    if str(PurePosixPath(path)) != path or path == ".":
        return "is not normalized"
    return "is a name reserved by typedprom" if path.casefold().startswith(RESERVED) else None

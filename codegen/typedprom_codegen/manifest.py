"""The manifest of an output folder: which files in it are ours, and what we wrote into them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath, PureWindowsPath

NAME = ".typedprom.json"
STAGING = ".typedprom-staging"
_ABOUT = "Written by `typedprom generate`: the files here that are generated, with their SHA-256."


@dataclass(frozen=True, slots=True)
class Manifest:
    """The digest of each file we wrote, by its path below the folder.

    `pending` is there only while files are being swapped in: what they are about to become. A run
    that is killed leaves it behind, and the next one knows both the old files and the new as ours.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    pending: Mapping[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> set[str]:
        """All files that are ours."""
        return {*self.files, *self.pending}

    def wrote(self, path: str, content: bytes) -> bool:
        """Whether `content` is what we put at `path`, rather than what somebody made of it."""
        return digest(content) in {self.files.get(path), self.pending.get(path)}

    def becoming(self, after: Manifest, on_disk: Mapping[str, bytes]) -> Manifest:
        """The manifest that stands while the files `on_disk` are made those of `after`."""
        files = {**self.pending, **self.files}
        for path, content in on_disk.items():
            if self.wrote(path, content):
                files[path] = digest(content)
        return Manifest(files, after.files)

    def text(self) -> str:
        """The manifest as it is stored."""
        data: dict[str, object] = {"about": _ABOUT, "files": dict(sorted(self.files.items()))}
        if self.pending:
            data["pending"] = dict(sorted(self.pending.items()))
        return json.dumps(data, indent=2) + "\n"


def digest(content: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    return sha256(content).hexdigest()


def parse(content: bytes) -> Manifest:
    """The manifest a folder holds. Raises ValueError where it is not one, or was tampered with."""
    try:
        data = json.loads(content)
    except RecursionError as error:
        raise ValueError(str(error)) from error
    if not isinstance(data, dict):
        raise ValueError("not an object")
    return Manifest(_digests(data.get("files")), _digests(data.get("pending", {})))


def problem_with(path: str) -> str | None:
    """What is wrong with an output path, or nothing: on any system it stays in its folder."""
    parts = path.split("/")
    if path.startswith("/") or PureWindowsPath(path).anchor:
        return "is absolute"
    if "\\" in path or not path.isprintable():
        return "has a backslash or a control character"
    if ".." in parts:
        return "leaves its folder"
    if str(PurePosixPath(path)) != path or path == ".":
        return "is not in its plain form"
    if parts[0] in {NAME, STAGING}:
        return "is a name that typedprom keeps for itself"
    return None


def _digests(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    for path, known in value.items():
        if problem_with(path) is not None or not isinstance(known, str):
            raise ValueError(f"no output path: {path!r}")
    return value

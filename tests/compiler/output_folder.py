"""An output folder in tests: what is planned, written and reported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from typedprom_codegen.apply import apply
from typedprom_codegen.config import Folder
from typedprom_codegen.diagnostics import Code, Diagnostics, Span
from typedprom_codegen.emit import OutputFile
from typedprom_codegen.manifest import NAME
from typedprom_codegen.write import Plan, plan

SETTING = Span("typedprom.toml", 4, 13, 4, 18)


class Output:
    """An output folder of a target that writes these files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found = Diagnostics()

    def plan(self, files: Mapping[str, str]) -> Plan:
        self.found = Diagnostics()
        folder = Folder("python", self.path, "out", SETTING)
        return plan(folder, [OutputFile(*file) for file in files.items()], self.found)

    def write(self, files: Mapping[str, str]) -> Plan:
        planned = self.plan(files)
        assert not list(self.found)
        apply(planned, self.found)
        return planned

    def tree(self) -> dict[str, str]:
        """Return all files except the manifest by path."""
        return {
            file.relative_to(self.path).as_posix(): file.read_text()
            for file in self.path.rglob("*")
            if file.is_file() and file != self.path / NAME
        }

    def reported(self) -> list[tuple[Code, str]]:
        return [(found.code, found.message) for found in self.found]

"""The `python` target: a typed package with a constant for each metric that code records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.emit import OutputFile, Target
from typedprom_codegen.emit.python.modules import package_files
from typedprom_codegen.names import is_module_path

SHORTEST_LINE: Final = 60
LONGEST_LINE: Final = 320


@dataclass(frozen=True, slots=True)
class PythonOptions:
    """The package's import name and its line length."""

    package: str
    line_length: int = 88

    def __post_init__(self) -> None:
        if not is_module_path(self.package):
            raise ValueError(f"`package` is not a valid Python package name: `{self.package}`")
        if not SHORTEST_LINE <= self.line_length <= LONGEST_LINE:
            raise ValueError(
                f"`line-length` must be from {SHORTEST_LINE} to {LONGEST_LINE}, "
                f"not {self.line_length}"
            )


def emit(compiled: CompiledCatalog, options: PythonOptions) -> Iterator[OutputFile]:
    """The files of the package. Imports between its modules are relative, so it can be moved."""
    return package_files(compiled.catalog, options.package, options.line_length)


TARGET = Target(name="python", options=PythonOptions, emit=emit)

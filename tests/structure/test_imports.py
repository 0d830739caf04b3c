"""Imports go in one direction: no circle in runtime or compiler, and floors in the runtime.

Every import counts, also those in functions and under `TYPE_CHECKING`. That importing a module
imports its parent package is no edge.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("runtime/typedprom", "codegen/typedprom_codegen")

# Each floor may import those before it, and itself.
FLOORS = ("core", "metrics", "spool", "exposition", "serving", "delivery", "startup", "")
BESIDE = {"testing": {"core", "metrics"}, "pytest_plugin": {"core", "metrics", "testing"}}


def imports(package: str) -> dict[str, set[str]]:
    """Return the modules of the package, each with its imports from the same package."""
    folder = ROOT / package
    names = {_module(path, folder.parent): path for path in folder.rglob("*.py")}
    return {name: set(_imported(path, names)) - {name} for name, path in names.items()}


def _module(path: Path, base: Path) -> str:
    return ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__")


def _imported(path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            stem = node.module or ""
            for alias in node.names:
                name = f"{stem}.{alias.name}"
                yield from (
                    found for found in (name if name in modules else stem,) if found in modules
                )


def reached(edges: Mapping[str, set[str]], start: str) -> set[str]:
    """Return the modules that are imported by importing `start`."""
    seen: set[str] = set()
    ahead = [*edges[start]]
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += edges[name]
    return seen


@pytest.mark.parametrize("package", PACKAGES)
def test_there_are_no_import_cycles(package: str) -> None:
    edges = imports(package)
    assert len(edges) > 50
    assert [name for name in edges if name in reached(edges, name)] == []


def test_packages_of_the_runtime_import_those_below_them_only() -> None:
    upwards = [
        (name, imported)
        for name, others in imports("runtime/typedprom").items()
        for imported in others
        if floor(imported) not in allowed(floor(name))
    ]
    assert upwards == []


def floor(module: str) -> str:
    """Return the subpackage of the runtime that contains a module; "" for `typedprom` itself."""
    return module.split(".")[1] if "." in module else ""


def allowed(name: str) -> set[str]:
    """The floors that a floor may import; an unknown one fails here."""
    if name in BESIDE:
        return BESIDE[name] | {name}
    return set(FLOORS[: FLOORS.index(name) + 1])

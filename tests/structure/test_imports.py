"""Imports have one direction: runtime and compiler are free of cycles, the runtime has layers.

Every import counts, also those in functions and under `TYPE_CHECKING`. The implicit import of a
parent package does not count.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("runtime/typedprom", "codegen/typedprom_codegen")

# Each layer may import itself and those before it.
LAYERS = ("core", "metrics", "spool", "exposition", "serving", "delivery", "startup", "")
TESTING = {"testing": {"core", "metrics"}, "pytest_plugin": {"core", "metrics", "testing"}}


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
        if layer(imported) not in allowed(layer(name))
    ]
    assert upwards == []


def layer(module: str) -> str:
    """Return the subpackage of the runtime that contains a module; "" for `typedprom` itself."""
    return module.split(".")[1] if "." in module else ""


def allowed(name: str) -> set[str]:
    """Return the layers that a layer may import; an unknown layer raises ValueError."""
    if name in TESTING:
        return TESTING[name] | {name}
    return set(LAYERS[: LAYERS.index(name) + 1])

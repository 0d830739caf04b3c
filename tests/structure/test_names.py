"""Names of modules, classes and types are unique in a distribution."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.test_imports import PACKAGES, ROOT

GENERATED = ("raw.py",)  # datamodel-code-generator names these classes after the catalog language


@pytest.mark.parametrize("package", PACKAGES)
def test_module_names_are_unique(package: str) -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in files(package):
        name = path.parent.name if path.stem == "__init__" else path.stem
        places[name].append(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_type_names_are_unique(package: str) -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in files(package):
        if path.name not in GENERATED:
            for name in types(ast.parse(path.read_text(encoding="utf-8"))):
                places[name.lstrip("_")].append(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def files(package: str) -> list[Path]:
    """Return the modules of a package, except `__main__`, whose name is given by Python."""
    return [path for path in sorted((ROOT / package).rglob("*.py")) if path.stem != "__main__"]


def types(tree: ast.Module) -> Iterator[str]:
    """Return the classes and type aliases of a module, including those for type checkers only."""
    for node in _top(tree.body):
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias":
            yield ast.unparse(node.target)


def _top(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, ast.If):
            yield from _top(node.body)

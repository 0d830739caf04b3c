"""One name means one thing in a distribution: modules, and the classes and types they define."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.test_imports import PACKAGES, ROOT

GENERATED = ("raw.py",)  # datamodel-code-generator names these classes after the catalog language


@pytest.mark.parametrize("package", PACKAGES)
def test_no_two_modules_have_one_name(package: str) -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in files(package):
        name = path.parent.name if path.stem == "__init__" else path.stem
        places[name].append(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_two_types_have_one_name(package: str) -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in files(package):
        if path.name not in GENERATED:
            for name in types(ast.parse(path.read_text(encoding="utf-8"))):
                places[name.lstrip("_")].append(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def files(package: str) -> list[Path]:
    """The modules of a package; `__main__` has its name from Python."""
    return [path for path in sorted((ROOT / package).rglob("*.py")) if path.stem != "__main__"]


def types(tree: ast.Module) -> Iterator[str]:
    """The classes and type aliases at the top of a module, also those for type checkers only."""
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

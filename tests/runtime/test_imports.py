"""Importing typedprom: which modules it imports and which names it exports."""

import ast
from collections.abc import Iterator
from pathlib import Path

import typedprom
from tests.support.programs import run_python

PACKAGE = Path(typedprom.__file__).parent
EXPOSE_WITHOUT_CREATED = """
import os
os.environ["PROMETHEUS_DISABLE_CREATED_SERIES"] = "true"
import prometheus_client
from tests.runtime import sample
text = prometheus_client.generate_latest().decode()
print("sample_heartbeat_total" in text, "_created" in text)
"""
RECORD_WITHOUT_PROMETHEUS_CLIENT = """
import sys
from typedprom import Catalog, Counter
catalog = Catalog(namespace="x", title="", description="", interface=1)
counter = Counter(catalog, key="a", name="x_a_total", help="h")
counter.inc()
print({"prometheus_client", "logging"} & {name.split(".")[0] for name in sys.modules})
"""


def test_only_what_exposes_its_registry_imports_prometheus_client() -> None:
    importing = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        for node in executed(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
        )
        if name.split(".")[0] == "prometheus_client"
    }
    assert importing == {"exposition"}


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that are executed, without those for type checkers only."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield from executed(child)


def test_recording_needs_neither_prometheus_client_nor_logging() -> None:
    done = run_python("-c", RECORD_WITHOUT_PROMETHEUS_CLIENT)
    assert (done.stdout, done.stderr) == ("set()\n", "")


def test_created_series_can_be_turned_off_by_the_environment() -> None:
    done = run_python("-c", EXPOSE_WITHOUT_CREATED)
    assert (done.stdout, done.stderr) == ("True False\n", "")


def test_public_names_are_those_listed() -> None:
    # pytest adds names like `@py_builtins` to the modules of a package with a plugin
    public = {name for name in vars(typedprom) if name.isidentifier() and name[0] != "_"}
    modules = {path.stem for path in PACKAGE.iterdir()} - {"exposition"}  # a function too
    assert public - modules == set(typedprom.__all__)


def test_every_file_is_short_and_has_a_docstring() -> None:
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert text.startswith('"""'), path
        assert len(text.splitlines()) < 400, path
    assert (PACKAGE / "py.typed").exists()

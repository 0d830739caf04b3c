"""Text of the catalog is the same string in the generated package and is never executed."""

from __future__ import annotations

import ast
import importlib
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from tests.compiler.python_strategies import HOSTILE, TEXT, catalogs
from typedprom_codegen import names
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.emit.python import TARGET, PythonOptions
from typedprom_codegen.escape import docstring, python_string, python_strings, width
from typedprom_codegen.ir import Catalog, ClosedDomain, Label, Metric, MetricType

PACKAGE = "metrics_under_test"


@contextmanager
def imported(made: Catalog) -> Iterator[ModuleType]:
    """Import the package of a catalog; remove it at the end of the block."""
    with tempfile.TemporaryDirectory() as folder:
        for file in TARGET.emit(CompiledCatalog(made), PythonOptions(PACKAGE, 88)):
            path = Path(folder, PACKAGE, file.path)
            path.parent.mkdir(exist_ok=True)
            path.write_text(file.text, encoding="utf-8", newline="\n")
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            package = importlib.import_module(PACKAGE)
            yield package
            for metric in package.CATALOG.metrics.values():
                REGISTRY.unregister(metric)
        finally:
            sys.path.remove(folder)
            for module in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
                del sys.modules[module]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(catalogs())
def test_the_package_has_the_text_of_the_catalog(made: Catalog) -> None:
    with imported(made) as package:
        assert sorted(package.__all__) == sorted(set(package.__all__))
        described = package.CATALOG
        assert (described.title, described.description) == (made.title, made.description)
        for metric in made.metrics():
            if metric.emitted:
                check_metric(getattr(package, metric.constant), metric)
        check_external(package, [metric for metric in made.metrics() if not metric.emitted])
        for label in made.all_labels():
            check_label(package, label)
            check_closed_set(package, label)
        assert words(made.description) in words(package.__doc__ or "")


def check_metric(constant: object, metric: Metric) -> None:
    """Compare a generated constant with the metric of the catalog."""
    for attribute in ("key", "name", "help", "unit", "owner"):
        assert getattr(constant, attribute) == getattr(metric, attribute)
    assert getattr(constant, "stability") == metric.stability.value  # noqa: B009
    if metric.type is MetricType.HISTOGRAM:
        assert getattr(constant, "buckets") == metric.buckets  # noqa: B009
    if metric.type is MetricType.GAUGE:
        assert getattr(constant, "combine") == metric.combine.value  # noqa: B009


def check_external(package: ModuleType, metrics: list[Metric]) -> None:
    """Compare the descriptions of metrics that are not recorded with the catalog."""
    expected = [(metric.key, metric.name, metric.type.value, metric.help) for metric in metrics]
    found = [(m.key, m.name, m.type, m.help) for m in package.CATALOG.external]
    assert found == expected


def check_label(package: ModuleType, label: Label) -> None:
    """Compare the object that checks values at run time with the label of the catalog."""
    labels = importlib.import_module("._labels", package.__name__)
    found = getattr(labels, names.label_constant(label.stem))
    assert (found.name, found.help) == (label.name, label.help)
    for limit in ("values", "pattern", "budget"):
        if hasattr(label.domain, limit):
            assert getattr(found, limit) == getattr(label.domain, limit)


def check_closed_set(package: ModuleType, label: Label) -> None:
    """Compare the exported alias, values and narrowing function with the domain of the label."""
    alias = names.label_alias(label.stem)
    if not isinstance(label.domain, ClosedDomain):
        assert alias not in package.__all__
        return
    values = label.domain.values
    assert get_args(getattr(package, alias)) == values
    assert getattr(package, names.label_values(label.stem)) == values
    narrows = getattr(package, names.label_narrowing(label.stem))
    assert all(map(narrows, values))
    assert not narrows("".join(values) + "?")


def words(text: str) -> str:
    """Return text with line breaks replaced by spaces."""
    return " ".join(text.split())


@given(st.text() | TEXT)
def test_a_string_literal_is_the_string(text: str) -> None:
    literal = python_string(text)
    assert ast.literal_eval(literal) == text
    assert literal.isprintable()


@given(st.text() | TEXT, st.integers(14, 100))
def test_a_broken_literal_is_the_string_and_fits(text: str, columns: int) -> None:
    parts = python_strings(text, columns)
    assert "".join(map(ast.literal_eval, parts)) == text
    assert all(width(part) <= columns for part in parts)


@given(st.text(st.characters(exclude_characters="\r")) | TEXT)
def test_a_docstring_is_the_text(text: str) -> None:
    source = docstring(text + "\n")
    assert ast.literal_eval(source) == text + "\n"
    assert source.replace("\n", "").isprintable()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_an_ordinary_literal(text: str) -> None:
    assert ast.literal_eval(f"[1, {python_string(text)}, 2]") == [1, text, 2]

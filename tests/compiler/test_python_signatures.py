"""Metrics with the same signature share a class, and class names are unique."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys

import pytest

from tests.compiler.python_catalogs import catalog, closed, component, label, metric
from typedprom_codegen import names
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.emit.python import TARGET, PythonOptions
from typedprom_codegen.ir import Catalog, Label, MetricType
from typedprom_codegen.load.schema import schema_text

COUNTER, GAUGE, HISTOGRAM = MetricType.COUNTER, MetricType.GAUGE, MetricType.HISTOGRAM
PRINT_A_PACKAGE = """
from tests.compiler.test_python_signatures import files, sample
print(*(f"{path}: {text}" for path, text in files(sample()).items()), sep="\\n")
"""


def files(made: Catalog) -> dict[str, str]:
    """Return the emitted files by path."""
    options = PythonOptions("metrics")
    return {file.path: file.text for file in TARGET.emit(CompiledCatalog(made), options)}


def classes(*metrics: tuple[MetricType, tuple[Label, ...]]) -> list[str]:
    """Return the signature classes of these metrics."""
    made = [metric(f"jobs.m{n}", type_, *labels) for n, (type_, labels) in enumerate(metrics)]
    labels = {label.stem: label for _, listed in metrics for label in listed}
    module = files(catalog(component("jobs", *made), labels=labels.values())).get("_signatures.py")
    body = ast.parse(module).body if module else []
    return [node.name for node in body if isinstance(node, ast.ClassDef)]


def sample() -> Catalog:
    """Make a catalog with content for every module."""
    labels = [closed("reason", "late", "lost"), *(label(f"label_{n}") for n in range(5))]
    metrics = [metric(f"jobs.m{n}", COUNTER, labels[0], labels[n]) for n in range(1, 6)]
    return catalog(component("jobs", *metrics), labels=labels)


@pytest.mark.parametrize("type_", [COUNTER, GAUGE, HISTOGRAM])
def test_as_many_labels_as_the_schema_allows_compile(type_: MetricType) -> None:
    most = json.loads(schema_text())["$defs"]["label_list"]["maxItems"]
    labels = [label(f"label_{number}") for number in range(most)]
    made = catalog(component("jobs", metric("jobs.done", type_, *labels)), labels=labels)
    for path, text in files(made).items():
        compile(text, path, "exec")


def test_metrics_with_labels_of_one_kind_share_a_class() -> None:
    source = label("source")
    assert classes((COUNTER, (source,)), (COUNTER, (source,))) == ["CounterBySource"]


def test_open_labels_of_one_name_share_a_class_across_components() -> None:
    here, there = (label("city", component=name) for name in ("here", "there"))
    assert classes((COUNTER, (here,)), (COUNTER, (there,))) == ["CounterByCity"]


def test_closed_labels_of_one_name_have_separate_classes() -> None:
    here, there = (closed("cause", name, component=name) for name in ("here", "there"))
    assert classes((COUNTER, (here,)), (COUNTER, (there,))) == [
        "CounterByHereCause",
        "CounterByThereCause",
    ]


def test_instrument_and_order_of_labels_make_another_class() -> None:
    a, b = label("aa"), label("bb")
    assert classes((COUNTER, (a, b)), (COUNTER, (b, a)), (GAUGE, (a, b)), (HISTOGRAM, (a,))) == [
        "CounterByAaBb",
        "CounterByBbAa",
        "GaugeByAaBb",
        "HistogramByAa",
    ]


def test_a_name_that_is_taken_gets_a_number() -> None:
    joined, first, second = label("aa_bb"), label("aa"), label("bb")
    numbered = label("aa_bb2")
    found = classes((COUNTER, (joined,)), (COUNTER, (first, second)), (COUNTER, (numbered,)))
    assert found == ["CounterByAaBb", "CounterByAaBb2", "CounterByAaBb22"]


def test_a_class_does_not_have_the_name_of_a_closed_set() -> None:
    alias = closed("counter_by_city", "yes")
    assert classes((COUNTER, (label("city"),)), (COUNTER, (alias,))) == [
        "CounterByCity2",
        "CounterByCounterByCity",
    ]


def test_without_labels_there_are_no_classes_and_no_module_of_labels() -> None:
    made = files(catalog(component("jobs", metric("jobs.done"))))
    assert sorted(made) == ["__init__.py", "_catalog.py", "jobs.py", "py.typed"]


@pytest.mark.parametrize(
    ("stem", "alias"),
    [("error_type", "ErrorType"), ("final", "Final_"), ("_", "Label"), ("_1", "Label1")],
)
def test_an_alias_is_an_identifier_that_the_modules_do_not_use(stem: str, alias: str) -> None:
    assert names.label_alias(stem) == alias


def test_the_output_does_not_depend_on_the_hash_seed() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PRINT_A_PACKAGE],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2", "3")
    }
    assert len(outputs) == 1

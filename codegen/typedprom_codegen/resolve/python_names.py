"""Checks that names in the generated Python package are unique: exports and parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from typedprom_codegen import names
from typedprom_codegen.codes import references
from typedprom_codegen.diagnostics import Diagnostics, Related, Span
from typedprom_codegen.ir import Catalog, ClosedDomain, Label, Metric


@dataclass(frozen=True, slots=True)
class _Declared:
    """A Python name and its declaration."""

    python: str
    what: str
    span: Span


def check_python_names(catalog: Catalog, diagnostics: Diagnostics) -> None:
    """Report every pair of declarations with the same Python name, once."""
    first: dict[str, _Declared] = {}
    reported: set[tuple[Span, Span]] = set()
    for declared in _declarations(catalog):
        earlier = first.setdefault(declared.python, declared)
        pair = (earlier.span, declared.span)
        if earlier.what != declared.what and pair not in reported:
            reported.add(pair)
            _report(declared, earlier, diagnostics)
    for metric in catalog.metrics():
        _check_parameters(metric, diagnostics)


def _declarations(catalog: Catalog) -> Iterator[_Declared]:
    for component in catalog.components:
        what = f"component `{component.name}`"
        yield _Declared(names.module(component.name), what, component.span)
    for label in catalog.all_labels():
        for name in _label_names(label):
            yield _Declared(name, _called(label), label.span)
    for state in catalog.states():
        for name in _label_names(state):
            yield _Declared(name, f"the states of metric `{state.key}`", state.span)
    families: set[str] = set()
    for metric in catalog.metrics():
        if (
            metric.emitted and metric.family not in families
        ):  # a collision of exposed names is reported there
            yield _Declared(metric.constant, f"metric `{metric.key}`", metric.span)
        families.add(metric.family)


def _called(label: Label) -> str:
    owner = f"component `{label.component}`" if label.component else "the catalog"
    return f"label `{label.key}` of {owner}"


def _label_names(label: Label) -> Iterator[str]:
    if isinstance(label.domain, ClosedDomain):
        yield names.label_alias(label.stem)
        yield names.label_values(label.stem)
        yield names.label_narrowing(label.stem)
    yield names.label_constant(label.stem)


def _report(declared: _Declared, earlier: _Declared, diagnostics: Diagnostics) -> None:
    diagnostics.report(
        references.PYTHON_COLLISION,
        f"{declared.what} and {earlier.what} are both named `{declared.python}` in Python",
        declared.span,
        help="rename one of them",
        related=[Related(earlier.span, f"{earlier.what} is declared here")],
    )


def _check_parameters(metric: Metric, diagnostics: Diagnostics) -> None:
    first: dict[str, Label] = {}
    for label in (*metric.labels, *metric.info_labels):
        other = first.setdefault(label.parameter, label)
        if other is not label:
            diagnostics.report(
                references.PYTHON_COLLISION,
                f"labels `{other.key}` and `{label.key}` of metric `{metric.local_key}` are both "
                f"the parameter `{label.parameter}` in Python",
                metric.span,
                help="rename one of the labels, or remove one",
                related=[Related(label.span, f"`{label.key}` is declared here")],
            )

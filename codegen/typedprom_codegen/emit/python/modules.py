"""The modules of a generated package: prepares the values for the templates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from typedprom_codegen import names
from typedprom_codegen.emit import OutputFile
from typedprom_codegen.emit.python import docstrings, literals
from typedprom_codegen.emit.python.announcing import announcing_class
from typedprom_codegen.emit.python.definitions import (
    catalog_classes,
    catalog_definition,
    label_class,
    label_definition,
    metric_definition,
)
from typedprom_codegen.emit.python.imports import dunder_all, from_imports
from typedprom_codegen.emit.python.methods import signature_class
from typedprom_codegen.emit.python.package_model import ComponentModule, PackageModel, package_model
from typedprom_codegen.emit.python.signatures import has_class, signature_of
from typedprom_codegen.ir import Catalog, ClosedDomain

RUNTIME: Final = "typedprom"


def package_files(catalog: Catalog, package: str, limit: int) -> Iterator[OutputFile]:
    """Every file of the package, without modules that would be empty."""
    model = package_model(catalog)
    yield OutputFile("py.typed", "")
    yield _package_module(model, package, limit)
    yield _catalog_module(model, package, limit)
    if model.labels or model.states:
        yield _labels_module(model, limit)
    if model.classes:
        yield _signatures_module(model, limit)
    for module in model.modules:
        yield _component_module(model, module, limit)


def _package_module(model: PackageModel, package: str, limit: int) -> OutputFile:
    exports = {
        "._catalog": [names.CATALOG_CONSTANT],
        "._labels": [
            name for label in (*model.labels, *model.states) for name in literals.exports(label)
        ],
        **{f".{m.name}": [metric.constant for metric in m.metrics] for m in model.modules},
    }
    example = next((metric.constant for metric in model.metrics()), None)
    return _module(
        "__init__",
        "package",
        docstring=docstrings.package_docstring(model.catalog, package, example, limit),
        imports=from_imports(exports, limit),
        exports=dunder_all(name for listed in exports.values() for name in listed),
    )


def _catalog_module(model: PackageModel, package: str, limit: int) -> OutputFile:
    runtime = catalog_classes(model.catalog)
    announcing = announcing_class(model.catalog, limit)
    standard = {"typing": ["Final"], "collections.abc": ["Iterable"] if announcing else []}
    return _module(
        "_catalog",
        "catalog",
        imports=_imports(standard, {RUNTIME: runtime}, {}, limit),
        announcing=announcing,
        definition=catalog_definition(model.catalog, package, limit),
    )


def _labels_module(model: PackageModel, limit: int) -> OutputFile:
    every = (*model.labels, *model.states)
    any_closed = any(isinstance(label.domain, ClosedDomain) for label in every)
    typing = ["Final", *(("Literal", "TypeAlias", "TypeGuard") if any_closed else ())]
    runtime = [label_class(label) for label in model.labels]
    return _module(
        "_labels",
        "labels",
        imports=_imports({"typing": typing}, {RUNTIME: runtime}, {}, limit),
        labels=[
            {
                "closed": literals.closed_set(label, limit),
                "definition": "" if label in model.states else label_definition(label, limit),
            }
            for label in every
        ],
    )


def _signatures_module(model: PackageModel, limit: int) -> OutputFile:
    signatures = [signature_class(name, sig, limit) for sig, name in model.classes.items()]
    runtime = {name for signature in signatures for name in signature.runtime_names}
    typed = {p.type for sig in model.classes for p in (*sig.parameters, *sig.info)}
    aliases = {*typed, *(sig.state for sig in model.classes)} - {"", "str"}
    return _module(
        "_signatures",
        "signatures",
        imports=_imports({}, {RUNTIME: runtime}, {"._labels": aliases}, limit),
        signatures=signatures,
    )


def _component_module(model: PackageModel, module: ComponentModule, limit: int) -> OutputFile:
    metrics = module.metrics
    runtime = [
        names.instrument_class(metric.type.value) for metric in metrics if not has_class(metric)
    ]
    classes = [model.classes[signature_of(metric)] for metric in metrics if has_class(metric)]
    labels = [
        names.label_constant(label.stem)
        for metric in metrics
        for label in (*metric.labels, *metric.info_labels)
    ]
    states = [names.label_values(metric.state.stem) for metric in metrics if metric.state]
    aliases = [names.label_alias(m.state.stem) for m in metrics if m.state and not m.labels]
    local = {
        "._catalog": [names.CATALOG_CONSTANT],
        "._labels": [*labels, *states, *aliases],
        "._signatures": classes,
    }
    return _module(
        module.name,
        "component",
        docstring=docstrings.module_docstring(module.component, limit),
        imports=_imports({"typing": ["Final"]}, {RUNTIME: runtime}, local, limit),
        metrics=[
            {
                "definition": metric_definition(metric, model.classes, limit),
                "docstring": docstrings.metric_docstring(metric, limit),
            }
            for metric in metrics
        ],
    )


def _imports(
    standard: dict[str, list[str]],
    third_party: dict[str, list[str]] | dict[str, set[str]],
    local: dict[str, list[str]] | dict[str, set[str]],
    limit: int,
) -> str:
    blocks = (from_imports(modules, limit) for modules in (standard, third_party, local))
    return "\n\n".join(block for block in blocks if block)


def _module(name: str, template: str, **values: object) -> OutputFile:
    text = _environment().get_template(f"{template}.py.j2").render(values)
    return OutputFile(f"{name}.py", text)


@cache
def _environment() -> Environment:
    """The templates. They do not escape: their values are Python source already."""
    return Environment(
        loader=PackageLoader("typedprom_codegen.emit.python"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

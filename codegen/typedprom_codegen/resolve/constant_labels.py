"""Resolves what the catalog declares for all series: their labels, environment variables."""

from __future__ import annotations

from typedprom_codegen.codes import references, semantics
from typedprom_codegen.diagnostics import Diagnostics, Related
from typedprom_codegen.ir import Catalog, ConstantLabel, Environment
from typedprom_codegen.load.validation import LoadedFile
from typedprom_codegen.resolve.labels import RESERVED_VALUES, is_reserved


def resolve_constants(
    file: LoadedFile | None, diagnostics: Diagnostics
) -> tuple[ConstantLabel, ...]:
    """The constant labels, in file order."""
    if file is None or file.raw.catalog is None:
        return ()
    found = []
    for name, value in (file.raw.catalog.constant_labels or {}).items():
        path = ("catalog", "constant_labels", name)
        found.append(ConstantLabel(name, value, file.source.key(*path)))
        if is_reserved(name):
            diagnostics.report(
                references.RESERVED_LABEL,
                f"the label name `{name}` is reserved by Prometheus",
                file.source.key(*path),
                help="choose another name",
            )
        if value in RESERVED_VALUES:
            diagnostics.report(
                semantics.BAD_VALUES,
                f"the label value `{value}` is reserved",
                file.source.value(*path),
                help="it is for values that are invalid or over budget; choose another value",
            )
    return tuple(found)


def resolve_target_labels(file: LoadedFile | None, diagnostics: Diagnostics) -> tuple[str, ...]:
    """The labels that the scrape adds, in file order, each once."""
    if file is None or file.raw.catalog is None:
        return ()
    found = file.raw.catalog.target_labels or []
    for index, name in enumerate(found):
        place = file.source.value("catalog", "target_labels", index)
        if is_reserved(name):
            diagnostics.report(
                references.RESERVED_LABEL,
                f"the label name `{name}` is reserved by Prometheus",
                place,
                help="choose another name",
            )
        if name in found[:index]:
            diagnostics.report(
                references.REPEATED_LABEL,
                f"label `{name}` is listed twice",
                place,
                help="remove one of the two",
            )
    return tuple(dict.fromkeys(found))


def resolve_environment(file: LoadedFile | None) -> Environment:
    """The environment variables the catalog names."""
    declared = None if file is None or file.raw.catalog is None else file.raw.catalog.environment
    return (
        Environment()
        if declared is None
        else Environment(declared.metrics_port, declared.pushgateway_url)
    )


def check_constants(catalog: Catalog, diagnostics: Diagnostics) -> None:
    """Report metrics that have a constant label: their series would have it twice."""
    constants = {constant.name: constant for constant in catalog.constant_labels}
    for metric in catalog.metrics():
        for label in metric.series_labels if metric.emitted else ():
            if label.name in constants:
                diagnostics.report(
                    references.CONSTANT_LABEL,
                    f"metric `{metric.local_key}` has the constant label `{label.name}`",
                    metric.label_span(label),
                    help="rename one of them, or remove the constant label",
                    related=[
                        Related(constants[label.name].span, "the constant label is declared here")
                    ],
                )

"""The definitions in generated modules: constants for the catalog, its labels and its metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from typedprom_codegen import names
from typedprom_codegen.emit.python.announcing import catalog_class
from typedprom_codegen.emit.python.formatter import (
    Expression,
    Group,
    Keyword,
    Text,
    assignment,
    call,
    dict_of,
    subscript,
    tuple_of,
)
from typedprom_codegen.emit.python.signatures import Signature, has_class, signature_of
from typedprom_codegen.escape import python_float
from typedprom_codegen.ir import (
    Catalog,
    ClosedDomain,
    Combine,
    Environment,
    Label,
    Metric,
    MetricType,
    OpenDomain,
    PatternDomain,
    Stability,
)

INTERFACE: Final = 1
"""The interface version of generated code; `typedprom.INTERFACE` is the runtime's."""

_LABEL_CLASSES: Final = {
    ClosedDomain: "ClosedLabel",
    PatternDomain: "PatternLabel",
    OpenDomain: "OpenLabel",
}


def catalog_definition(catalog: Catalog, package: str, limit: int) -> str:
    """`CATALOG`, with the metrics that the package does not record."""
    external = tuple(_external(metric) for metric in catalog.metrics() if not metric.emitted)
    arguments: list[Expression] = [
        Keyword("namespace", Text(catalog.namespace)),
        Keyword("title", Text(catalog.title)),
        Keyword("description", Text(catalog.description)),
        Keyword("interface", str(INTERFACE)),
    ]
    if not catalog.namespace:
        arguments.append(Keyword("package", Text(package)))
    if external:
        arguments.append(Keyword("external", tuple_of(external)))
    if catalog.constant_labels:
        constants = ((label.name, Text(label.value)) for label in catalog.constant_labels)
        arguments.append(Keyword("constant_labels", dict_of(constants)))
    if catalog.environment != Environment():
        arguments.append(Keyword("environment", call("Environment", *_variables(catalog))))
    return assignment(
        names.CATALOG_CONSTANT, "Final", call(catalog_class(catalog), *arguments), limit
    )


def catalog_classes(catalog: Catalog) -> list[str]:
    """The classes of the runtime that the definition of `CATALOG` uses."""
    external = any(not metric.emitted for metric in catalog.metrics())
    with_variables = catalog.environment != Environment()
    others = {"ExternalMetric": external, "Environment": with_variables}
    return ["Catalog", *(name for name, used in others.items() if used)]


def label_definition(label: Label, limit: int) -> str:
    """The label object, with which the runtime checks values."""
    arguments: list[Expression] = [Text(label.name), Keyword("help", Text(label.help))]
    match label.domain:
        case ClosedDomain():
            arguments.append(Keyword("values", names.label_values(label.stem)))
        case PatternDomain(pattern, budget):
            arguments.append(Keyword("pattern", Text(pattern)))
            arguments.append(Keyword("budget", str(budget)))
        case OpenDomain(budget):
            arguments.append(Keyword("budget", str(budget)))
    if label.siblings:
        arguments.append(Keyword("siblings", Text(label.siblings)))
    value = call(label_class(label), *arguments)
    return assignment(names.label_constant(label.stem), "Final", value, limit)


def metric_definition(metric: Metric, classes: Mapping[Signature, str], limit: int) -> str:
    """The constant of a metric."""
    metric_class = (
        classes[signature_of(metric)]
        if has_class(metric)
        else names.instrument_class(metric.type.value)
    )
    value = call(metric_class, names.CATALOG_CONSTANT, *_arguments(metric))
    annotation: Expression = "Final"
    if metric.state and not metric.labels:  # pyright would accept any string as a state
        alias = names.label_alias(metric.state.stem)
        annotation = subscript("Final", subscript(metric_class, alias))
    return assignment(metric.constant, annotation, value, limit)


def label_class(label: Label) -> str:
    """The runtime's class of a label."""
    return _LABEL_CLASSES[type(label.domain)]


def _arguments(metric: Metric) -> Iterator[Expression]:
    """The arguments of a metric, without those that equal the runtime's defaults."""
    if any(label.siblings for label in metric.labels):
        yield Keyword("component", Text(metric.component))
    yield Keyword("key", Text(metric.key))
    yield Keyword("name", Text(metric.name))
    yield Keyword("help", Text(metric.help))
    if metric.labels:
        constants = (names.label_constant(label.stem) for label in metric.labels)
        yield Keyword("labels", tuple_of(constants))
    if metric.unit is not None:
        yield Keyword("unit", Text(metric.unit))
    if metric.budget is not None and metric.labels:
        yield Keyword("budget", str(metric.budget))
    if metric.info_labels:
        constants = (names.label_constant(label.stem) for label in metric.info_labels)
        yield Keyword("info_labels", tuple_of(constants))
    if metric.state:
        yield Keyword("states", names.label_values(metric.state.stem))
    if metric.buckets:
        yield Keyword("buckets", tuple_of(map(python_float, metric.buckets)))
    if metric.type is MetricType.GAUGE and metric.combine is not Combine.LAST:
        yield Keyword("combine", Text(metric.combine.value))
    if metric.stability is not Stability.STABLE:
        yield Keyword("stability", Text(metric.stability.value))
    yield from _deprecation(metric)
    if metric.owner is not None:
        yield Keyword("owner", Text(metric.owner))


def _variables(catalog: Catalog) -> Iterator[Keyword]:
    for name in ("metrics_port", "pushgateway_url"):
        variable: str | None = getattr(catalog.environment, name)
        if variable is not None:
            yield Keyword(name, Text(variable))


def _external(metric: Metric) -> Group:
    return call(
        "ExternalMetric",
        Keyword("key", Text(metric.key)),
        Keyword("name", Text(metric.name)),
        Keyword("type", Text(metric.type.value)),
        Keyword("help", Text(metric.help)),
        *_deprecation(metric),
    )


def _deprecation(metric: Metric) -> Iterator[Keyword]:
    if metric.deprecation is not None:
        yield Keyword("replaced_by", Text(metric.deprecation.replaced_by))
        yield Keyword("removal", Text(metric.deprecation.removal.isoformat()))

"""The distinct signatures of metrics with labels: an instrument and its label parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from typedprom_codegen import names
from typedprom_codegen.ir import ClosedDomain, Label, Metric, MetricType


@dataclass(frozen=True, slots=True)
class Parameter:
    """A keyword parameter for a label's value, and the name of its type."""

    name: str
    type: str
    words: str  # its part of a signature class's name, in snake_case
    label: str  # the label's name in series


@dataclass(frozen=True, slots=True)
class Signature:
    """The call signature of metrics of one type with the same label names and types."""

    type: MetricType
    parameters: tuple[Parameter, ...]
    info: tuple[Parameter, ...] = ()  # the info labels of an info
    state: str = ""  # the type of a stateset's states


def has_class(metric: Metric) -> bool:
    """Whether a metric has label parameters, and so a generated class."""
    return bool(metric.labels or metric.info_labels)


def signature_of(metric: Metric) -> Signature:
    """The signature of a metric that has a generated class."""
    return Signature(
        metric.type,
        tuple(parameter_of(label) for label in metric.labels),
        tuple(parameter_of(label) for label in metric.info_labels),
        names.label_alias(metric.state.stem) if metric.state else "",
    )


def parameter_of(label: Label) -> Parameter:
    """The parameter of a label; only a closed label has a type of its own."""
    if isinstance(label.domain, ClosedDomain):
        return Parameter(label.parameter, names.label_alias(label.stem), label.stem, label.name)
    return Parameter(label.parameter, "str", label.name, label.name)


def class_names(metrics: Iterable[Metric], taken: Iterable[str]) -> Mapping[Signature, str]:
    """A class name for every signature, in catalog order; a taken name gets a number."""
    used = set(taken)
    named: dict[Signature, str] = {}
    for metric in metrics:
        signature = signature_of(metric) if has_class(metric) else None
        if signature is not None and signature not in named:
            named[signature] = next(name for name in _candidates(signature) if name not in used)
            used.add(named[signature])
    return named


def _candidates(signature: Signature) -> Iterator[str]:
    words = [parameter.words for parameter in signature.parameters]
    about = [*(parameter.words for parameter in signature.info), signature.state]
    first = names.signature_class_name(signature.type.value, words, filter(None, about))
    yield first
    yield from (f"{first}{number}" for number in count(2))

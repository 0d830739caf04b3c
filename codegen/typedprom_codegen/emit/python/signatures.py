"""The distinct signatures of metrics with labels: an instrument and its label parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from typedprom_codegen import names
from typedprom_codegen.ir import ClosedDomain, Label, Metric, MetricType


@dataclass(frozen=True, slots=True)
class Parameter:
    """A keyword parameter for a label's value, and what its type is called."""

    name: str
    type: str
    words: str  # what it adds to the name of a signature class, in snake_case
    label: str  # what the label is called in series


@dataclass(frozen=True, slots=True)
class Signature:
    """How metrics of one instrument with labels of the same names and types are called."""

    type: MetricType
    parameters: tuple[Parameter, ...]
    info: tuple[Parameter, ...] = ()  # what the series of an info say
    state: str = ""  # the type of a stateset's states


def has_class(metric: Metric) -> bool:
    """Whether the calls of a metric have parameters of their own, and so a class of their own."""
    return bool(metric.labels or metric.info_labels)


def signature_of(metric: Metric) -> Signature:
    """The signature of a metric with a class of its own."""
    return Signature(
        metric.type,
        tuple(parameter_of(label) for label in metric.labels),
        tuple(parameter_of(label) for label in metric.info_labels),
        names.label_alias(metric.state.stem) if metric.state else "",
    )


def parameter_of(label: Label) -> Parameter:
    """The parameter of a label; only closed sets have a type of their own."""
    if isinstance(label.domain, ClosedDomain):
        return Parameter(label.parameter, names.label_alias(label.stem), label.stem, label.name)
    return Parameter(label.parameter, "str", label.name, label.name)


def class_names(metrics: Iterable[Metric], taken: Iterable[str]) -> Mapping[Signature, str]:
    """A class name for every signature, in catalog order; a name that is taken gets a number."""
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
    first = names.signature_class(signature.type.value, words, filter(None, about))
    yield first
    yield from (f"{first}{number}" for number in count(2))

"""Resolves labels: their names and domains."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from typing import Final

from typedprom_codegen import names, raw
from typedprom_codegen.codes import references, semantics
from typedprom_codegen.diagnostics import Diagnostics, Related, Span
from typedprom_codegen.ir import Catalog, ClosedDomain, Domain, Label, OpenDomain, PatternDomain
from typedprom_codegen.load.validation import LoadedFile
from typedprom_codegen.load.yaml_nodes import EntrySpans, Path
from typedprom_codegen.message_parts import quoted
from typedprom_codegen.promql.keywords import NOT_A_LABEL

RESERVED_LABELS: Final = frozenset({"le", "quantile"})
RESERVED_VALUES: Final = frozenset({"_invalid", "_overflow"})


def is_reserved(name: str) -> bool:
    """Whether Prometheus uses this label name itself."""
    words = name in RESERVED_LABELS or name.lower() in NOT_A_LABEL
    return words or name.startswith("__")


def resolve_labels(
    file: LoadedFile | None, component: str | None, diagnostics: Diagnostics
) -> dict[str, Label]:
    """The labels that a file declares, by key. `component` is None for shared labels."""
    declared = {} if file is None else file.raw.labels or {}
    if file is None:
        return {}
    for key in file.broken_in("labels"):
        _check_broken(file, key, diagnostics)
    return {
        key: _label(file, key, label, component, diagnostics) for key, label in declared.items()
    }


def _label(
    file: LoadedFile, key: str, label: raw.Label, component: str | None, diagnostics: Diagnostics
) -> Label:
    name = label.name or key
    if is_reserved(name):
        diagnostics.report(
            references.RESERVED_LABEL,
            f"the label name `{name}` is reserved by Prometheus",
            file.source.value("labels", key, "name")
            if label.name
            else file.source.key("labels", key),
            help="choose another name",
        )
    domain = _domain(file, key, label.domain, diagnostics)
    if label.siblings and isinstance(domain, ClosedDomain):
        diagnostics.report(
            semantics.NEEDLESS_SIBLINGS,
            f"`siblings` of label `{key}` has no effect: its values are closed",
            file.source.key("labels", key, "siblings"),
            help="remove it: counters have all values of a closed label at zero from the start",
        )
    return Label(
        key=key,
        name=name,
        help=label.help,
        domain=domain,
        component=component,
        parameter=names.label_parameter(name),
        stem=names.label_stem(key, component),
        span=file.source.key("labels", key),
        where=EntrySpans(file.source, ("labels", key)),
        siblings="zero" if label.siblings else None,
    )


def _domain(file: LoadedFile, key: str, domain: raw.Domain, diagnostics: Diagnostics) -> Domain:
    match domain:
        case raw.ClosedDomain():
            if isinstance(domain.values, list):
                _check_values(file, key, domain.values, diagnostics)
                return ClosedDomain(tuple(domain.values))
            _check_meanings(file, key, domain.values, diagnostics)
            return ClosedDomain(tuple(domain.values), tuple(domain.values.values()))
        case raw.PatternDomain():
            _check_pattern(file, key, domain.pattern, diagnostics)
            return PatternDomain(domain.pattern, domain.budget)
        case _:
            return OpenDomain(domain.budget)


def _check_broken(file: LoadedFile, key: str, diagnostics: Diagnostics) -> None:
    """Check the values of a label that was left out because of another error."""
    path = ("labels", key, "domain", "values")
    values = file.source.find(*path).data if file.source.has(*path) else None
    if isinstance(values, list):
        words = [value if isinstance(value, str) else "" for value in values]
        _check_values(file, key, words, diagnostics)


def _check_meanings(
    file: LoadedFile, key: str, values: Iterable[str], diagnostics: Diagnostics
) -> None:
    for value in values:
        if value in RESERVED_VALUES:
            _report_reserved(value, file.source.key(*_path(key), value), diagnostics)


def _path(key: str) -> Path:
    return ("labels", key, "domain", "values")


def _report_reserved(value: str, span: Span, diagnostics: Diagnostics) -> None:
    diagnostics.report(
        semantics.BAD_VALUES,
        f"the label value `{value}` is reserved",
        span,
        help="it is for values that are invalid or over budget; choose another value",
    )


def _check_values(file: LoadedFile, key: str, values: list[str], diagnostics: Diagnostics) -> None:
    check_values(file, _path(key), f"label `{key}` lists the value", values, diagnostics)


def check_values(
    file: LoadedFile, path: Path, prefix: str, values: list[str], diagnostics: Diagnostics
) -> None:
    """Report values of a closed set that are reserved or listed twice."""
    first: dict[str, int] = {}
    for index, value in enumerate(values):
        span = file.source.value(*path, index)
        if value in RESERVED_VALUES:
            _report_reserved(value, span, diagnostics)
        elif value and value in first:  # an empty value is reported elsewhere
            earlier = file.source.value(*path, first[value])
            diagnostics.report(
                semantics.BAD_VALUES,
                f"{prefix} {quoted(value)} twice",
                span,
                help="remove one of the two",
                related=[Related(earlier, "it is first listed here")],
            )
        first.setdefault(value, index)


def _check_pattern(file: LoadedFile, key: str, pattern: str, diagnostics: Diagnostics) -> None:
    reason = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # warnings about syntax that Python will change
            re.compile(pattern)
    except re.error as problem:
        reason = problem.msg
    except (OverflowError, RecursionError):
        reason = "it has too many repetitions or levels"
    except Warning:
        reason = "its meaning will change in a future Python version"
    if reason is not None:
        diagnostics.report(
            semantics.BAD_PATTERN,
            f"the pattern {quoted(pattern)} cannot be used as a regular expression: {reason}",
            file.source.value("labels", key, "domain", "pattern"),
            help="use Python's syntax; inside double quotes, write each backslash twice",
        )


def check_shadowing(catalog: Catalog, diagnostics: Diagnostics) -> None:
    """Report labels of components that have the key of a shared label."""
    shared = {label.key: label for label in catalog.labels}
    for component in catalog.components:
        for label in component.labels:
            if label.key in shared:
                diagnostics.report(
                    references.DUPLICATE_LABEL,
                    f"the catalog already has a shared label `{label.key}`",
                    label.span,
                    help="remove it here, or give it another name",
                    related=[Related(shared[label.key].span, "the shared label is declared here")],
                )


def combinations(labels: tuple[Label, ...]) -> int:
    """The number of combinations of the values of closed labels; 0 if a label is not closed."""
    product = 1
    for label in labels:
        product *= len(label.domain.values) if isinstance(label.domain, ClosedDomain) else 0
    return product

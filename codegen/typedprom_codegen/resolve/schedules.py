"""Resolves `schedules:`, how often programs run again."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.semantics import BAD_SCHEDULE
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.ir import Catalog, ClosedDomain, Schedule
from typedprom_codegen.load.validation import LoadedFile
from typedprom_codegen.message_parts import did_you_mean
from typedprom_codegen.promql.nodes.number import duration_value
from typedprom_codegen.queries.known import TARGET_LABELS

_PATH: Final = ("catalog", "schedules")


def resolve_schedules(file: LoadedFile | None) -> tuple[Schedule, ...]:
    """The schedules, in file order."""
    if file is None or file.raw.catalog is None:
        return ()
    found = []
    for label, values in (file.raw.catalog.schedules or {}).items():
        for value, every in values.items():
            path = (*_PATH, label, value)
            found.append(
                Schedule(label, value, round(duration_value(every)), file.source.key(*path))
            )
    return tuple(found)


def check_schedules(catalog: Catalog, diagnostics: Diagnostics) -> None:
    """Report schedules of labels that no series has, and of values that a label cannot have."""
    labels = _values(catalog)
    known = {*labels, *TARGET_LABELS, *catalog.target_labels}
    for schedule in catalog.schedules:
        if schedule.label not in known:
            diagnostics.report(
                BAD_SCHEDULE,
                f"the label `{schedule.label}` is not declared"
                f"{did_you_mean(schedule.label, known)}",
                schedule.span,
                help="name a label of the catalog that says which program recorded a series, "
                "or `job`",
            )
        elif (domain := labels.get(schedule.label)) is not None and schedule.value not in domain:
            diagnostics.report(
                BAD_SCHEDULE,
                f"the label `{schedule.label}` is never `{schedule.value}`"
                f"{did_you_mean(schedule.value, domain)}",
                schedule.span,
                help=f"its values are {', '.join(f'`{value}`' for value in sorted(domain))}",
            )


def _values(catalog: Catalog) -> dict[str, frozenset[str] | None]:
    """All labels by name: the values that a closed one can have, by all of its declarations."""
    closed: dict[str, frozenset[str] | None] = {}
    for label in catalog.all_labels():
        values = frozenset(label.domain.values) if isinstance(label.domain, ClosedDomain) else None
        before = closed.get(label.name, frozenset())
        closed[label.name] = None if values is None or before is None else before | values
    for constant in catalog.constant_labels:
        closed[constant.name] = frozenset({constant.value})
    return closed

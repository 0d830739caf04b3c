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
from typedprom_codegen.resolve.alert_fields import LONGEST

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


def check_schedules(catalog: Catalog, file: LoadedFile | None, diagnostics: Diagnostics) -> None:
    """Report schedules of labels that no series has, and of values that a label cannot have."""
    labels = _values(catalog)
    known = {*labels, *TARGET_LABELS, *catalog.target_labels}
    for label in dict.fromkeys(each.label for each in catalog.schedules):
        if label not in known and file is not None:
            diagnostics.report(
                BAD_SCHEDULE,
                f"`schedules` names the label `{label}`, which is not declared"
                f"{did_you_mean(label, known)}",
                file.source.key(*_PATH, label),
                help="name a label of the catalog that says which program recorded a series, "
                "or `job`",
            )
    for schedule in catalog.schedules:
        if schedule.every > LONGEST:
            diagnostics.report(
                BAD_SCHEDULE,
                f"the schedule of `{schedule.value}` is longer than a year",
                schedule.span,
                help="write a shorter time, or remove it: nobody keeps metrics for so long",
            )
        domain = labels.get(schedule.label)
        if domain is not None and schedule.value not in domain:
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

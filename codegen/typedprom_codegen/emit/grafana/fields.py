"""How a panel's values look: colours, thresholds, units, decimals, and what stands for none."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import dropwhile
from typing import Final

from typedprom_codegen.emit.grafana import look, units
from typedprom_codegen.emit.grafana.subjects import Subject
from typedprom_codegen.ir import Threshold, ThresholdLevel

COLORS: Final = {
    ThresholdLevel.OK: "green",
    ThresholdLevel.WARNING: "orange",
    ThresholdLevel.CRITICAL: "red",
}
NEUTRAL: Final = "text"  # the colour of writing, below where the catalog says anything

_BY_PALETTE: Final = look.Mode(mode="palette-classic")
_BY_THRESHOLDS: Final = look.Mode(mode="thresholds")
_PLAIN: Final = look.Mode(mode="fixed", fixed_color="blue")
_NOT_A_NUMBER: Final = look.Mapping(
    options=look.Special(match="nan", result=look.Shown(text="-")),
)


def of_lines(subject: Subject, style: look.GraphStyle | None = None) -> look.FieldConfig:
    """Each series in a colour of its own."""
    return look.FieldConfig(
        defaults=look.FieldDefaults(
            color=_BY_PALETTE,
            custom=style,
            min=subject.minimum,
            thresholds=_thresholds(subject),
            unit=subject.queries[0].unit,
        ),
        overrides=tuple(_other_units(subject)),
    )


def of_numbers(subject: Subject) -> look.FieldConfig:
    """Coloured by how good a number is, if the catalog says so; what is counted, in whole."""
    return look.FieldConfig(
        defaults=look.FieldDefaults(
            color=_BY_THRESHOLDS if subject.thresholds else _PLAIN,
            decimals=0 if all(query.unit == units.WHOLE for query in subject.queries) else None,
            mappings=(_NOT_A_NUMBER,),
            min=subject.minimum,
            no_value=subject.no_value,
            thresholds=_thresholds(subject),
            unit=subject.queries[0].unit,
        ),
        overrides=tuple(_other_units(subject)),
    )


def ref_id(position: int) -> str:
    """A, B, … Z, AA, AB, …"""
    before, letter = divmod(position, 26)
    return (ref_id(before - 1) if before else "") + chr(ord("A") + letter)


def _other_units(subject: Subject) -> Iterable[look.Override]:
    """The first query's unit is the panel's, others are exceptions from it."""
    for position, query in enumerate(subject.queries):
        if query.unit != subject.queries[0].unit:
            yield look.Override(
                matcher=look.Matcher(id="byFrameRefID", options=ref_id(position)),
                properties=(look.Property(id="unit", value=query.unit),),
            )


def _thresholds(subject: Subject) -> look.Thresholds:
    """The catalog's thresholds. Where values begin is no step, but what holds from the start.

    Below the first step all is well, unless it is where well begins.
    """
    above = list(dropwhile(lambda threshold: _is_start(subject, threshold), subject.thresholds))
    start = subject.thresholds[: len(subject.thresholds) - len(above)]
    if start:
        below = COLORS[start[-1].level]
    elif above and above[0].level is ThresholdLevel.OK:
        below = NEUTRAL
    else:
        below = COLORS[ThresholdLevel.OK]
    steps = [look.Step(color=COLORS[t.level], value=t.value) for t in above]
    return look.Thresholds(steps=(look.Step(color=below, value=None), *steps))


def _is_start(subject: Subject, threshold: Threshold) -> bool:
    return subject.minimum is not None and threshold.value <= subject.minimum

"""How the values of a panel are displayed: colours, thresholds, units, decimals."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import dropwhile
from typing import Final

from typedprom_codegen.emit.grafana import panel_options, unit_names
from typedprom_codegen.emit.grafana.panel_content import PanelContent
from typedprom_codegen.ir import Threshold, ThresholdLevel

COLORS: Final = {
    ThresholdLevel.OK: "green",
    ThresholdLevel.WARNING: "orange",
    ThresholdLevel.CRITICAL: "red",
}
NEUTRAL: Final = "text"  # the text colour, below the first threshold of the catalog

_BY_PALETTE: Final = panel_options.ModeSetting(mode="palette-classic")
_BY_THRESHOLDS: Final = panel_options.ModeSetting(mode="thresholds")
_PLAIN: Final = panel_options.ModeSetting(mode="fixed", fixed_color="blue")
_NOT_A_NUMBER: Final = panel_options.Mapping(
    options=panel_options.Special(match="nan", result=panel_options.Shown(text="-")),
)


def of_lines(
    content: PanelContent, style: panel_options.GraphStyle | None = None
) -> panel_options.FieldConfig:
    """Of graphs: each series in a colour of its own."""
    return panel_options.FieldConfig(
        defaults=panel_options.FieldDefaults(
            color=_BY_PALETTE,
            custom=style,
            min=content.minimum,
            thresholds=_thresholds(content),
            unit=content.queries[0].unit,
        ),
        overrides=tuple(_other_units(content)),
    )


def of_numbers(content: PanelContent) -> panel_options.FieldConfig:
    """Of numbers: coloured by the catalog's thresholds; counts without decimals."""
    return panel_options.FieldConfig(
        defaults=panel_options.FieldDefaults(
            color=_BY_THRESHOLDS if content.thresholds else _PLAIN,
            decimals=0
            if all(query.unit == unit_names.WHOLE for query in content.queries)
            else None,
            mappings=(_NOT_A_NUMBER,),
            min=content.minimum,
            no_value=content.no_value,
            thresholds=_thresholds(content),
            unit=content.queries[0].unit,
        ),
        overrides=tuple(_other_units(content)),
    )


def ref_id(position: int) -> str:
    """A, B, … Z, AA, AB, …"""
    before, letter = divmod(position, 26)
    return (ref_id(before - 1) if before else "") + chr(ord("A") + letter)


def _other_units(content: PanelContent) -> Iterable[panel_options.Override]:
    """The panel has the unit of its first query; queries with another unit override it."""
    for position, query in enumerate(content.queries):
        if query.unit != content.queries[0].unit:
            yield panel_options.Override(
                matcher=panel_options.FieldMatcher(id="byFrameRefID", options=ref_id(position)),
                properties=(panel_options.Property(id="unit", value=query.unit),),
            )


def _thresholds(content: PanelContent) -> panel_options.Thresholds:
    """The catalog's thresholds as steps; one at or below the minimum is the base colour.

    Without such a threshold the base colour is OK, or neutral if the first threshold is OK.
    """
    above = list(dropwhile(lambda threshold: _is_start(content, threshold), content.thresholds))
    start = content.thresholds[: len(content.thresholds) - len(above)]
    if start:
        below = COLORS[start[-1].level]
    elif above and above[0].level is ThresholdLevel.OK:
        below = NEUTRAL
    else:
        below = COLORS[ThresholdLevel.OK]
    steps = [panel_options.Step(color=COLORS[t.level], value=t.value) for t in above]
    return panel_options.Thresholds(steps=(panel_options.Step(color=below, value=None), *steps))


def _is_start(content: PanelContent, threshold: Threshold) -> bool:
    return content.minimum is not None and threshold.value <= content.minimum

"""Gives each panel its id and its position: groups under headings, lines of 24 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Protocol

from typedprom_codegen.dashboard_panels import panel_ids, row_key
from typedprom_codegen.emit.grafana.model import GRID_COLUMNS, GridPos, Panel, Row

ROW_HEIGHT: Final = 1
QUARTER, THIRD, HALF = (GRID_COLUMNS // parts for parts in (4, 3, 2))


class PanelFactory(Protocol):
    """Makes a panel from its id and its position."""

    def __call__(self, *, id: int, grid_pos: GridPos) -> Panel:
        """Return the panel."""
        ...


@dataclass(frozen=True, slots=True)
class UnplacedPanel:
    """A panel whose content and size are known, its id and position not yet."""

    key: str  # determines its id, whatever else is on the dashboard
    height: int
    make: PanelFactory
    width: int | None = None  # None: half or a third of the line
    column: int | None = None  # None: to the right of the previous panel


@dataclass(frozen=True, slots=True)
class PanelGroup:
    """The panels under one heading."""

    key: str  # determines the heading's id
    title: str
    panels: tuple[UnplacedPanel, ...]


def arrange(groups: Iterable[PanelGroup]) -> tuple[Panel | Row, ...]:
    """All panels with ids and positions, each group below the previous one."""
    filled = [group for group in groups if group.panels]
    keys = [panel.key for group in filled for panel in group.panels]
    ids = panel_ids([*keys, *(row_key(group.key) for group in filled)])
    placed: list[Panel | Row] = []
    top = 0
    for group in filled:
        heading = GridPos(h=ROW_HEIGHT, w=GRID_COLUMNS, y=top)
        placed.append(Row(grid_pos=heading, id=ids[row_key(group.key)], title=group.title))
        top += ROW_HEIGHT
        for panel, position in _positions(_sized(group.panels), top):
            placed.append(panel.make(id=ids[panel.key], grid_pos=position))
            top = position.y + position.h
    return tuple(placed)


def _sized(panels: tuple[UnplacedPanel, ...]) -> list[UnplacedPanel]:
    """Sort by height, low panels first, and give those without a width one that fills lines."""
    widths = _widths(sum(panel.width is None for panel in panels))
    sized = [d if d.width is not None else replace(d, width=next(widths)) for d in panels]
    return sorted(sized, key=lambda panel: panel.height)


def _widths(count: int) -> Iterator[int]:
    """Halves in pairs, then thirds, so that all lines are full; a single panel is a half."""
    halves = count if count < GRID_COLUMNS // THIRD else -count % 3 * 2
    yield from [HALF] * halves
    yield from [THIRD] * (count - halves)


def _positions(
    panels: Iterable[UnplacedPanel], top: int
) -> Iterator[tuple[UnplacedPanel, GridPos]]:
    """The panels in order, as many of the same height on a line as fit."""
    x = height = 0
    for panel in panels:
        width = panel.width or HALF
        column = x if panel.column is None else panel.column
        if column < x or column + width > GRID_COLUMNS or (x and panel.height != height):
            top += height
            column = panel.column or 0
        height = panel.height
        yield panel, GridPos(h=height, w=width, x=column, y=top)
        x = column + width

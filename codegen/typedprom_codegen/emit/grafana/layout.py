"""Where panels stand: sections under headings, lines of 24 columns, nothing overlapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Protocol

from typedprom_codegen.emit.grafana.ids import panel_ids
from typedprom_codegen.emit.grafana.model import GRID_COLUMNS, GridPos, Panel, Row

ROW_HEIGHT: Final = 1
QUARTER, THIRD, HALF = (GRID_COLUMNS // parts for parts in (4, 3, 2))


class Draw(Protocol):
    """Makes a panel once it is known what it is called and where it stands."""

    def __call__(self, *, id: int, grid_pos: GridPos) -> Panel:
        """Make it."""
        ...


@dataclass(frozen=True, slots=True)
class Drawing:
    """A panel that has no place yet."""

    key: str  # tells its id, whatever else is on the dashboard
    height: int
    draw: Draw
    width: int | None = None  # where none is given, a half or a third of the line
    column: int | None = None  # where none is given, beside the panel before


@dataclass(frozen=True, slots=True)
class Section:
    """Panels under one heading."""

    key: str  # tells the heading's id
    title: str
    drawings: tuple[Drawing, ...]


def arrange(sections: Iterable[Section]) -> tuple[Panel | Row, ...]:
    """All panels in their places, each section below the one before."""
    filled = [section for section in sections if section.drawings]
    drawn = [drawing.key for section in filled for drawing in section.drawings]
    ids = panel_ids([*drawn, *(_row_key(section) for section in filled)])
    panels: list[Panel | Row] = []
    top = 0
    for section in filled:
        heading = GridPos(h=ROW_HEIGHT, w=GRID_COLUMNS, y=top)
        panels.append(Row(grid_pos=heading, id=ids[_row_key(section)], title=section.title))
        top += ROW_HEIGHT
        for drawing, place in _places(_sized(section.drawings), top):
            panels.append(drawing.draw(id=ids[drawing.key], grid_pos=place))
            top = place.y + place.h
    return tuple(panels)


def _row_key(section: Section) -> str:
    return f"/row/{section.key}"  # no metric's key begins with a slash


def _sized(drawings: tuple[Drawing, ...]) -> list[Drawing]:
    """The low panels before the high ones, and those without a width in full lines of like ones."""
    widths = _widths(sum(drawing.width is None for drawing in drawings))
    sized = [d if d.width is not None else replace(d, width=next(widths)) for d in drawings]
    return sorted(sized, key=lambda drawing: drawing.height)


def _widths(count: int) -> Iterator[int]:
    """Pairs of halves until the rest is thirds; one that is alone stays a half."""
    halves = count if count < GRID_COLUMNS // THIRD else -count % 3 * 2
    yield from [HALF] * halves
    yield from [THIRD] * (count - halves)


def _places(drawings: Iterable[Drawing], top: int) -> Iterator[tuple[Drawing, GridPos]]:
    """The panels in order, as many of one height on a line as fit."""
    x = height = 0
    for drawing in drawings:
        width = drawing.width or HALF
        column = x if drawing.column is None else drawing.column
        if column < x or column + width > GRID_COLUMNS or (x and drawing.height != height):
            top += height
            column = drawing.column or 0
        height = drawing.height
        yield drawing, GridPos(h=height, w=width, x=column, y=top)
        x = column + width

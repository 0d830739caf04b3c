"""Isolation of tests: recording starts at zero, and what was there before is put back."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from typedprom.core.misuse import be_strict, forget
from typedprom.metrics.catalog import catalogs
from typedprom.metrics.cell import Undo

_isolations: Final[dict[object, None]] = {}  # one key for each that was not put back yet


@contextmanager
def isolated() -> Generator[None]:
    """Start at zero inside the block; afterwards all is as it was before.

    That holds for the metrics of all catalogs of the process: for values, for which series there
    are, for used-up budgets, and for what was reported once. Handles stay bound. Other threads
    are not stopped: what they record meanwhile belongs to the block. Misuse raises in the block,
    unless `TYPEDPROM_STRICT` says otherwise.
    """
    put_back, end_strictness = isolate(), be_strict()
    try:
        yield
    finally:
        end_strictness()
        put_back()


def is_isolated() -> bool:
    """Whether recording started at zero, and nothing that was recorded before is to be seen."""
    return bool(_isolations)


def isolate() -> Undo:
    """Start at zero, and return what puts back all as it was before."""
    undos, isolation = _reset(), object()
    _isolations[isolation] = None

    def put_back() -> None:
        _isolations.pop(isolation, None)
        _reset()
        for undo in undos:
            undo()

    return put_back


def _reset() -> list[Undo]:
    """Start at zero, and return what undoes that after the next reset."""
    return [forget(), *(undo for catalog in catalogs() for undo in catalog.reset())]

"""Isolation of tests: recording starts at zero, and what was there before is put back."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from typedprom.core.misuse import be_strict, forget
from typedprom.metrics.catalog import catalogs
from typedprom.metrics.cell import Undo


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


def isolate() -> Undo:
    """Start at zero, and return what puts back all as it was before."""
    undos = _reset()

    def put_back() -> None:
        _reset()
        for undo in undos:
            undo()

    return put_back


def _reset() -> list[Undo]:
    """Start at zero, and return what undoes that after the next reset."""
    return [forget(), *(undo for catalog in catalogs() for undo in catalog.reset())]

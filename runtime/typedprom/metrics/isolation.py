"""Isolation: recording that starts at zero and leaves no trace, for tests."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from typedprom.core.misuse import be_strict, forget
from typedprom.metrics.catalog import catalogs
from typedprom.metrics.cell import Undo


@contextmanager
def isolated() -> Generator[None]:
    """Start at zero inside; afterwards all is as it was before.

    That holds for the metrics of all catalogs of the process: for values, for which series there
    are, for used-up budgets, and for what was reported once. Handles stay bound. Other threads
    are not stopped: what they record meanwhile belongs to the inside. Misuse raises inside, unless
    `TYPEDPROM_STRICT` says otherwise.
    """
    end, lenient = isolate(), be_strict()
    try:
        yield
    finally:
        lenient()
        end()


def isolate() -> Undo:
    """Start at zero; what makes all as it was before."""
    undos = _reset()

    def end() -> None:
        _reset()
        for undo in undos:
            undo()

    return end


def _reset() -> list[Undo]:
    """Start at zero; what undoes it, after the next reset."""
    undos = [forget()]
    for catalog in catalogs():
        undos += catalog.reset()
    return undos

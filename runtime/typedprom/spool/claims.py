"""Claims: the parts of budgets that runs take, read from all runs before any is added."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, TypeAlias

from typedprom.metrics.definition import Definition, Labels
from typedprom.spool.budgets import DatedDefinition, has_budget
from typedprom.spool.format import FormatError
from typedprom.spool.listing import ListedRun, batches, in_time
from typedprom.spool.run_reader import MetricLayout, RunLayout, RunReading, read_run

Failed: TypeAlias = Callable[[Path, OSError], None]


class ChangedError(OSError):
    """Something was merged or removed meanwhile: read again."""

    def __init__(self) -> None:
        super().__init__(errno.EAGAIN, "the run files change while they are read")


@dataclass(slots=True)
class Claims:
    """The definitions of each metric and where its series are, and the layouts, by run."""

    histories: dict[str, list[DatedDefinition]] = field(
        default_factory=dict[str, list[DatedDefinition]]
    )
    metrics: dict[str, list[MetricLayout]] = field(default_factory=dict[str, list[MetricLayout]])
    layouts: dict[str, RunLayout] = field(default_factory=dict[str, RunLayout])

    def unknown(self, runs: Iterable[RunReading]) -> Claims:
        """The claims of those runs whose layout is not among those here."""
        layouts = (run.layout for run in runs)
        return claims_of(one for one in layouts if one is not self.layouts.get(one.header.run))


def fail(path: Path, error: OSError) -> NoReturn:
    """Raise the error, with the path in it.

    A run that cannot be read must not be left out: what it counted would be missing, and come back.
    """
    if error.filename is not None or error.errno is None:
        raise error
    raise OSError(error.errno, error.strerror, str(path)) from error


def claims_of(layouts: Iterable[RunLayout]) -> Claims:
    """The claims of these. The same order must give the same claims."""
    claims = Claims()
    for layout in sorted(layouts, key=lambda layout: (layout.header.created, layout.header.run)):
        claims.layouts[layout.header.run] = layout
        for name, history in layout.history.items():
            claims.histories.setdefault(name, []).extend(history)
        for metric in layout.metrics:
            claims.metrics.setdefault(metric.definition.name, []).append(metric)
    return claims


def read_claims(
    runs: Sequence[ListedRun], known: Mapping[str, RunLayout], failed: Failed, deadline: float
) -> Claims:
    """The claims of these runs; `known` are layouts of earlier readings of files that live still.

    Files in an unknown format claim nothing. Raises ChangedError, or TimeoutError.
    """
    layouts = read_layouts(runs, known, failed, deadline)
    if len([*batches(runs)]) <= 1:
        return claims_of(layouts)
    return _first_claims(layouts)


def read_layouts(
    runs: Iterable[ListedRun], known: Mapping[str, RunLayout], failed: Failed, deadline: float
) -> Iterator[RunLayout]:
    """The layouts of these runs, like `read_claims`."""
    for run in runs:
        in_time(deadline)
        try:
            yield read_run(run.path, known.get(run.run))[1]
        except FileNotFoundError as error:
            raise ChangedError from error
        except FormatError:
            pass
        except OSError as error:
            failed(run.path, error)


def _first_claims(layouts: Iterable[RunLayout]) -> Claims:
    """The claims of many runs: when each series of a metric with a budget was first placed."""
    claims = Claims()
    first: dict[Definition, dict[Labels, float]] = {}
    for layout in layouts:
        for name, history in layout.history.items():
            if any(has_budget(definition) for _, definition in history):
                claims.histories.setdefault(name, []).extend(history)
        for metric in layout.metrics:
            if has_budget(metric.definition):
                placed = first.setdefault(metric.definition, {})
                for labels, timestamp in zip(metric.labels, metric.placed, strict=True):
                    placed[labels] = min(timestamp, placed.get(labels, timestamp))
    for definition, placed in first.items():
        metric = MetricLayout(definition, [*placed], [], [*placed.values()])
        claims.metrics.setdefault(definition.name, []).append(metric)
    return claims

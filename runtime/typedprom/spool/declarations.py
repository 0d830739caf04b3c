"""Declarations: the definitions of metrics are written to the run file, many in one record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from typedprom.spool.definition_json import definition_fields, definition_of, largest_part
from typedprom.spool.format import COPIES, definitions_texts
from typedprom.spool.run_file import TooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from typedprom.metrics.cell import AnyInstrument
    from typedprom.spool.run_file import RunFile
    from typedprom.spool.write_errors import WriteErrors

_DOUBLE: Final = 8


def declare(file: RunFile, metrics: Iterable[AnyInstrument], errors: WriteErrors) -> None:
    """Write down the definitions that are not in the file yet. Raises OSError.

    One that is too large costs itself alone, and is reported.
    """
    new = [one for one in metrics if one not in file.declared and one not in file.too_large]
    try:
        _define(file, new)
    except TooLargeError:
        for metric in new:
            try:
                _define(file, [metric])
            except TooLargeError as error:
                file.too_large.add(metric)
                largest = largest_part(definition_of(metric))
                errors.report_too_large(metric.name, "the definition", error, largest)


def _define(file: RunFile, metrics: list[AnyInstrument]) -> None:
    for text in definitions_texts(definition_fields(definition_of(one)) for one in metrics):
        file.define(text)
    file.declared.update(metrics)


def largest_part_of_series(labels: Mapping[str, str], numbers: Sequence[float]) -> str:
    """What takes most of the room that a series takes, in words."""
    name = max(labels, key=lambda one: len(labels[one]), default="")
    is_by_numbers = len(numbers) * COPIES * _DOUBLE > len(labels.get(name, ""))
    return "buckets" if is_by_numbers else f"value of label `{name}`"

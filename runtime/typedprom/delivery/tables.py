"""The status of a spool, as a table for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typedprom.spool.store import FileStatus, RunStatus, Status


def status_json(status: Status) -> str:
    """The status as one JSON object."""
    return json.dumps(asdict(status), indent=2)


def status_table(status: Status) -> str:
    """The status as lines of text."""
    return "\n".join(_lines(status))


def _lines(status: Status) -> Iterator[str]:
    yield f"spool {status.directory}"
    totals = status.totals
    if totals.written:
        yield (
            f"totals: {totals.series} series of {totals.runs} runs, {totals.bytes} bytes, "
            f"written {_moment(totals.written)}"
        )
    else:
        yield "totals: none yet"
    yield from _runs("live", status.live)
    yield from _runs("dead, not merged yet", status.dead)
    yield from _files("damaged, set aside", status.damaged)
    yield from _files("not readable", status.skipped)
    if status.refused:
        yield f"refused by a receiver: {', '.join(status.refused)}"
    for hidden in status.hidden:
        yield (
            f"not shown: {hidden.series} series of the {hidden.type} {hidden.name}, whose name the "
            f"newer {hidden.newer_type} {hidden.newer_name} has taken"
        )


def _runs(what: str, runs: list[RunStatus]) -> Iterator[str]:
    yield f"{what}: {len(runs)}"
    if runs:
        rows = [(str(r.pid), _moment(r.since), str(r.series), str(r.bytes), r.run) for r in runs]
        yield from _table((("pid", "since", "series", "bytes", "run"), *rows))


def _files(what: str, files: list[FileStatus]) -> Iterator[str]:
    if files:
        yield f"{what}: {len(files)}"
        yield from _table((file.name, file.why) for file in files)


def _table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    cells = list(rows)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield ("  " + "  ".join(padded)).rstrip()


def _moment(when: float) -> str:
    return datetime.fromtimestamp(when).astimezone().isoformat(sep=" ", timespec="seconds")

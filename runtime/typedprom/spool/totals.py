"""Totals: what ended runs have recorded, in one JSON file that is replaced as a whole.

    {"typedprom_totals": 3, "bytes": …, "generation": …, "crc32": …}
    {"runs": […], "parts": […], …}

The checksum is of all bytes before it, and of all after its line; `bytes` is how many these are.

`runs` names the runs that were merged last, so that a crash before their files are gone does not
count them twice. The file is written twice, as `totals` and `totals.copy`, both before any run file
is removed. If one is damaged the other is used. The copy may be the older of the two only if the
process died in between, and then the files of the runs that it lacks are still there: whichever is
read, every run counts once.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from errno import ENOMEM
from itertools import chain
from math import inf
from pathlib import Path
from typing import Final, NamedTuple, TypeVar
from zlib import crc32

from typedprom.core import checked_json as parsed
from typedprom.metrics.definition import TIMESTAMP, Labels, Numbers, shape, width
from typedprom.spool.aggregation import Part, Sums, known_timestamp, latest
from typedprom.spool.decisions import Decisions, MetricDecisions
from typedprom.spool.definition_json import definition_fields, read_definition
from typedprom.spool.directory import SpoolDirectory, sync_folder, write_new
from typedprom.spool.format import FormatError, OtherVersionError
from typedprom.spool.opening import opened

VERSION: Final = 3
_HEAD_BYTES: Final = 256  # more than the first line ever has
_VERSION: Final = "typedprom_totals"
_EARLIEST: Final = 1.6e9  # a Unix time before this code: a clock that shows less is wrong
_CHECKSUM: Final = b', "crc32": '

T = TypeVar("T", str, Labels)


@dataclass(slots=True)
class Totals:
    """What finished runs add up to. Times are Unix times in seconds."""

    sums: Sums = field(default_factory=Sums)
    runs: frozenset[str] = frozenset()  # merged, and their files may still be there
    generation: int = 0
    merged: int = 0  # number of runs so far
    began: float = 0.0  # when the first of them did
    written: float = 0.0
    retirements: int = 0  # how many times series were removed

    def copy(self) -> Totals:
        """One that can change without this one."""
        return replace(self, sums=self.sums.copy())

    def write(self, directory: SpoolDirectory) -> None:
        """Replace the totals and their copy, so that even a power cut leaves whole files."""
        data = totals_bytes(self)
        paths = (directory.totals, directory.totals_copy)
        written: list[Path] = []
        try:
            for path in paths:
                new = path.with_name(f"{path.name}.new")
                written.append(new)
                new.unlink(missing_ok=True)  # of a process that died
                write_new(new, data)
            for new, path in zip(written, paths, strict=True):
                os.replace(new, path)  # noqa: PTH105 - what tests interrupt
        except OSError:
            for new in written:
                with suppress(OSError):
                    new.unlink(missing_ok=True)
            raise
        sync_folder(directory.path)


class LoadedTotals(NamedTuple):
    """Totals, the file they are from, and the damage of files that could not be used."""

    totals: Totals
    source: Path | None
    damage: tuple[tuple[Path, str], ...] = ()


def load(directory: SpoolDirectory) -> LoadedTotals:
    """The totals, or their copy where they are damaged, or none.

    Raises OtherVersionError where only another version's code may read them, or OSError.
    """
    damage: dict[Path, FormatError] = {}
    found, source = Totals(), None
    for path in (directory.totals, directory.totals_copy):
        try:
            found, source = read(path), path
            break
        except FileNotFoundError:
            pass
        except FormatError as error:
            damage[path] = error
    for wrong in damage.values():
        if source is None and isinstance(wrong, OtherVersionError):
            raise wrong
    return LoadedTotals(found, source, tuple((path, str(wrong)) for path, wrong in damage.items()))


def head(path: Path) -> bytes:
    """The first line, which differs after each writing; nothing where there are no totals."""
    with suppress(FormatError, FileNotFoundError), opened(path) as descriptor:
        return os.pread(descriptor, _HEAD_BYTES, 0).partition(b"\n")[0]
    return b""


def read(path: Path) -> Totals:
    """The totals that the file holds. Raises FormatError, or OSError."""
    with opened(path) as descriptor, open(descriptor, "rb", closefd=False) as file:
        first = file.read(_HEAD_BYTES).partition(b"\n")[0]
        try:
            fields = parsed.mapping(json.loads(first))
            version = parsed.whole(fields, _VERSION)
        except (ValueError, RecursionError) as error:
            raise FormatError("it does not begin like a file of totals") from error
        if version != VERSION:
            raise OtherVersionError("the totals are of version", version, VERSION)
        size = os.fstat(descriptor).st_size - len(first) - 1
        if size != fields.get("bytes"):  # it may be huge, and is not read
            raise FormatError(f"the totals have {size} bytes, not {fields.get('bytes')!r}")
        file.seek(len(first) + 1)
        try:
            body = file.read()
        except MemoryError as error:
            raise OSError(ENOMEM, "too little memory to read it", str(path)) from error
    if first != _first_line(first.partition(_CHECKSUM)[0], body):
        raise FormatError("the checksum of the totals is wrong")
    try:
        content = parsed.mapping(parsed.loads(body))
        return Totals(
            sums=read_sums(content, latest(time.time())),
            runs=frozenset(map(_run, parsed.texts(content.get("runs")))),
            generation=parsed.whole(fields, "generation"),
            merged=parsed.whole(content, "merged"),
            began=parsed.timestamp(content, "began"),
            written=parsed.timestamp(content, "written"),
            retirements=parsed.whole(content, "retirements"),
        )
    except (ValueError, RecursionError) as error:
        raise FormatError(f"the totals cannot be read: {error}") from error


def _run(text: str) -> str:
    """The id of a run, after which its file is named."""
    if not (text.isascii() and text.isalnum()):
        raise ValueError(f"{text!r} is not the id of a run")
    return text


def totals_bytes(totals: Totals) -> bytes:
    """The whole file."""
    fields: dict[str, object] = {
        "merged": totals.merged,
        "began": totals.began,
        "written": totals.written,
        "retirements": totals.retirements,
        "runs": sorted(totals.runs),
        **sums_fields(totals.sums),
    }
    body = json.dumps(fields, separators=(",", ":")).encode() + b"\n"
    head = {_VERSION: VERSION, "bytes": len(body), "generation": totals.generation}
    first = json.dumps(head).encode()
    return _first_line(first.removesuffix(b"}"), body) + b"\n" + body


def _first_line(begin: bytes, body: bytes) -> bytes:
    return b"%b%b%d}" % (begin, _CHECKSUM, crc32(body, crc32(begin)))


def sums_fields(sums: Sums) -> dict[str, object]:
    """The sums as a JSON object."""
    return {
        "parts": [_part_fields(part) for part in sums.parts.values()],
        "admitted": {name: _decision_fields(one) for name, one in sums.admitted.items()},
    }


def _decision_fields(decided: MetricDecisions) -> dict[str, object]:
    values = decided.values.items()
    return {
        "values": {label: _fields_of(one, lambda value: value) for label, one in values},
        "series": _fields_of(decided.series, dict),
    }


def _fields_of(decisions: Decisions[T], to_json: Callable[[T], object]) -> dict[str, object]:
    """What is admitted to one budget; `until` is only there if something was folded."""
    return {
        "admitted": [to_json(one) for one in sorted(decisions.admitted)],
        "recorded": [decisions.admitted[one] for one in sorted(decisions.admitted)],
        "folded": [to_json(one) for one in sorted(decisions.folded)],
        "untils": [decisions.folded[one] for one in sorted(decisions.folded)],
        **({} if decisions.until == -inf else {"until": decisions.until}),
        "merged": decisions.merged,
        "most": decisions.overflow,
        "began": decisions.began,
    }


def read_sums(fields: parsed.Fields, now: float) -> Sums:
    """The sums that a JSON object holds; ValueError if it holds none."""
    sums = Sums()
    for item in parsed.items(fields.get("parts")):
        part = _read_part(parsed.mapping(item), now)
        sums.parts[shape(part.definition)] = part
    for name, item in parsed.mapping(fields.get("admitted")).items():
        sums.admitted[name] = _read_decisions(parsed.mapping(item), now)
    return sums


def _read_decisions(fields: parsed.Fields, now: float) -> MetricDecisions:
    values = parsed.mapping(fields.get("values"))
    return MetricDecisions(
        {label: _decisions(one, _text, now) for label, one in values.items()},
        _decisions(fields.get("series"), parsed.labels, now),
    )


def _decisions(value: object, read_one: Callable[[object], T], now: float) -> Decisions[T]:
    fields = parsed.mapping(value)
    return Decisions(
        {
            one: recorded if _EARLIEST < recorded <= now or now < _EARLIEST else now
            for one, recorded in _timestamps(fields, "admitted", "recorded", read_one)
        },
        {
            one: _until(until, now)
            for one, until in _timestamps(fields, "folded", "untils", read_one)
        },
        _until(parsed.number(fields, "until"), now) if "until" in fields else -inf,
        parsed.whole(fields, "merged"),
        most=parsed.whole(fields, "most"),
        began=known_timestamp(parsed.timestamp(fields, "began"), now),
    )


def _timestamps(
    fields: parsed.Fields, ones: str, times: str, read_one: Callable[[object], T]
) -> Iterator[tuple[T, float]]:
    """These, each with its timestamp."""
    read = map(read_one, parsed.items(fields.get(ones)))
    return zip(read, parsed.numbers(fields.get(times)), strict=True)


def _until(timestamp: float, now: float) -> float:
    """Until then all is folded: not until a time that a wrong clock has shown."""
    return timestamp if now < _EARLIEST else min(timestamp, now)


def _text(value: object) -> str:
    return parsed.texts([value])[0]


def _part_fields(part: Part) -> dict[str, object]:
    """A part; of its series, those with the same label names together."""
    groups: dict[tuple[str, ...], list[Labels]] = {}
    for labels in part.series:
        groups.setdefault(tuple([name for name, _ in labels]), []).append(labels)
    return {
        "definition": definition_fields(part.definition),
        "declared": part.declared,
        "series": [
            {
                "labels": names,
                "count": len(group),
                "values": [value for labels in group for _, value in labels],
                "numbers": [*chain.from_iterable(map(part.series.__getitem__, group))],
            }
            for names, group in groups.items()
        ],
    }


def _read_part(fields: parsed.Fields, now: float) -> Part:
    declared = known_timestamp(parsed.number(fields, "declared"), now)
    part = Part(read_definition(fields.get("definition")), declared)
    for item in parsed.items(fields.get("series")):
        part.series.update(_series(parsed.mapping(item), width(part.definition)))
    for numbers in part.series.values():
        if not numbers[TIMESTAMP] <= now:
            numbers[TIMESTAMP] = 0.0
    return part


def _series(fields: parsed.Fields, numbers_each: int) -> Iterator[tuple[Labels, Numbers]]:
    names = [*map(parsed.name, parsed.texts(fields.get("labels")))]
    values = parsed.texts(fields.get("values"))
    numbers = parsed.numbers(fields.get("numbers"))
    count = parsed.whole(fields, "count")
    if len(values) != count * len(names) or len(numbers) != count * numbers_each:
        raise ValueError("the series of a part do not fit their count")
    labels: Iterator[Labels] = iter([()] * count)
    if names:
        labels = (
            tuple(zip(names, each, strict=True))
            for each in zip(*[iter(values)] * len(names), strict=True)
        )
    return zip(labels, map(list, zip(*[iter(numbers)] * numbers_each, strict=True)), strict=True)

"""What a spool remembers of its delivery, so that whoever delivers it pushes to the same group.

Not where to deliver to, which may hold a password, but as which job, and which environment
variables name a Pushgateway.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from typedprom.core import checked_json as parsed
from typedprom.spool.format import FormatError
from typedprom.spool.run_reader import opened

_NAME: Final = "delivery.json"
_LONGEST: Final = 64 * 1024
_SAYABLE: Final = ("job", "instance", "more")
_NO_NOTE: Final = (ValueError, RecursionError, FormatError)


class SavedSettings(NamedTuple):
    """How a spool is delivered. `job`, `instance` and `more` make the grouping key.

    `instance` is empty where it is the host's name. `variables` are those that the catalogs of the
    spool name. `spool` tells it from all others.
    """

    job: str
    instance: str = ""
    more: tuple[tuple[str, str], ...] = ()
    variables: tuple[str, ...] = ()
    spool: str = ""


def remember(directory: Path, wanted: SavedSettings, said: Collection[str]) -> SavedSettings:
    """Write it down, and return what holds from now on. OSError where that cannot be.

    What is written down already holds, but for the fields that were `said` in so many words;
    variables are added. What is there and is no such note is replaced.
    """
    try:
        known = _read(directory)
    except FileNotFoundError:
        new = _written(directory, wanted._replace(spool=os.urandom(4).hex()))
        with suppress(FileExistsError):  # another process was first
            os.link(new, directory / _NAME)
        new.unlink()
        known = _read(directory)
    except _NO_NOTE:
        known = wanted._replace(spool=os.urandom(4).hex())
        _written(directory, known).replace(directory / _NAME)
    variables = tuple(dict.fromkeys((*known.variables, *wanted.variables)))
    changed = {name: getattr(wanted, name) for name in _SAYABLE if name in said}
    now = known._replace(variables=variables, **changed)
    if now != known:
        _written(directory, now).replace(directory / _NAME)
    return now


def recall(directory: Path) -> SavedSettings | None:
    """What was written down; None if nothing was, or what cannot be read."""
    with suppress(OSError, *_NO_NOTE):
        return _read(directory)
    return None


def _read(directory: Path) -> SavedSettings:
    with opened(directory / _NAME) as descriptor:
        fields = parsed.mapping(json.loads(os.read(descriptor, _LONGEST)))
    return SavedSettings(
        parsed.text(fields, "job"),
        parsed.text(fields, "instance"),
        parsed.labels(fields.get("more", {})),
        parsed.texts(fields.get("variables", [])),
        parsed.text(fields, "spool"),
    )


def _written(directory: Path, remembered: SavedSettings) -> Path:
    fields = {**remembered._asdict(), "more": dict(remembered.more)}
    new = directory / f".{_NAME}.{os.getpid()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(new, flags, 0o600), "w", encoding="utf-8") as file:
        json.dump(fields, file)
    return new

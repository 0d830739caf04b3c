"""Settings saved in a spool, so that every process that delivers it pushes to the same group.

Destinations are not saved, because a URL may hold a password: only the names of the environment
variables that catalogs name for a Pushgateway.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple, Self

from typedprom.core import checked_json as parsed
from typedprom.core.system_calls import O_CLOEXEC, O_NOFOLLOW
from typedprom.spool.format import FormatError
from typedprom.spool.run_reader import opened

_NAME: Final = "delivery.json"
_LONGEST: Final = 64 * 1024
_EXPLICIT: Final = ("job", "instance", "more")
_INVALID: Final = (ValueError, RecursionError, FormatError)


class SavedSettings(NamedTuple):
    """How a spool is delivered: `job`, `instance` and `more` make the grouping key.

    `instance` is empty if it is the host's name. `variables` are those that the catalogs of the
    spool name. `spool` is a random identifier of the spool.
    """

    job: str
    instance: str = ""
    more: tuple[tuple[str, str], ...] = ()
    variables: tuple[str, ...] = ()
    spool: str = ""

    @classmethod
    def load(cls, directory: Path) -> Self | None:
        """The saved settings; None if there are none, or if they cannot be read."""
        with suppress(OSError, *_INVALID):
            return cls._read(directory)
        return None

    def save(self, directory: Path, explicit: Collection[str]) -> SavedSettings:
        """Save these settings, and return those that are valid from now on. Raises OSError.

        Settings that are already saved win, except for the `explicit` fields. Variables are added.
        An invalid file is replaced.
        """
        try:
            saved = self._read(directory)
        except FileNotFoundError:
            new = self._replace(spool=os.urandom(4).hex())._write(directory)
            try:
                os.link(new, directory / _NAME)
            except FileExistsError:  # another process was first
                pass
            except OSError:  # a file system without links
                if not os.path.lexists(directory / _NAME):
                    new.rename(directory / _NAME)
            new.unlink(missing_ok=True)
            saved = self._read(directory)
        except _INVALID:
            saved = self._replace(spool=os.urandom(4).hex())
            saved._write(directory).replace(directory / _NAME)
        variables = tuple(dict.fromkeys((*saved.variables, *self.variables)))
        changed = {name: getattr(self, name) for name in _EXPLICIT if name in explicit}
        merged = saved._replace(variables=variables, **changed)
        if merged != saved:
            merged._write(directory).replace(directory / _NAME)
        return merged

    @classmethod
    def _read(cls, directory: Path) -> Self:
        with opened(directory / _NAME) as descriptor:
            fields = parsed.mapping(json.loads(os.read(descriptor, _LONGEST)))
        return cls(
            parsed.text(fields, "job"),
            parsed.text(fields, "instance"),
            parsed.labels(fields.get("more", {})),
            parsed.texts(fields.get("variables", [])),
            parsed.text(fields, "spool"),
        )

    def _write(self, directory: Path) -> Path:
        """Write a temporary file in the directory, and return its path."""
        fields = {**self._asdict(), "more": dict(self.more)}
        new = directory / f".{_NAME}.{os.getpid()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | O_NOFOLLOW | O_CLOEXEC
        with os.fdopen(os.open(new, flags, 0o600), "w", encoding="utf-8") as file:
            json.dump(fields, file)
        return new

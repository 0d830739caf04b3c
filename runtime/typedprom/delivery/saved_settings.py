"""Settings saved in a spool, so that every process that delivers it pushes to the same group.

Destinations are not saved, because a URL may hold a password: only the names of the environment
variables that catalogs name for a Pushgateway.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import Final, NamedTuple, Self

from typedprom.core import checked_json as parsed
from typedprom.core.misuse import log_once
from typedprom.core.text import is_label_name
from typedprom.spool.directory import replace_file, write_new
from typedprom.spool.format import FormatError
from typedprom.spool.opening import opened
from typedprom.spool.ownership import explain

RESERVED: Final = ("job", "instance", "le", "quantile")  # not allowed as further grouping labels
_NAME: Final = "delivery.json"
_LONGEST: Final = 64 * 1024
_EXPLICIT: Final = ("job", "instance", "more")
_INVALID: Final = (ValueError, RecursionError, FormatError)


class SavedSettings(NamedTuple):
    """How a spool is delivered: `job`, `instance` and `more` make the grouping key.

    `instance` is the name that the host had when the spool was begun, unless a variable sets it: a
    pod goes on in its group under another name. It is empty before it is saved. `variables` are
    those that the catalogs of the spool name. `spool` is a random identifier of the spool.
    """

    job: str
    instance: str = ""
    more: tuple[tuple[str, str], ...] = ()
    variables: tuple[str, ...] = ()
    spool: str = ""

    @classmethod
    def load(cls, directory: Path) -> Self | None:
        """The saved settings; None if there are none, or if they cannot be read."""
        try:
            return cls.read(directory)
        except PermissionError as error:
            text = f"{explain(error, directory)}; the saved group of {directory} is not known"
            log_once(("saved", str(directory)), lambda: text)
        except (OSError, *_INVALID):  # recording into the spool tells of the others
            pass
        return None

    def save(self, directory: Path, explicit: Collection[str]) -> SavedSettings:
        """Save these settings, and return those that are valid from now on. Raises OSError.

        Settings that are already saved win, except for the `explicit` fields. Variables are added.
        An invalid file is replaced.
        """
        try:
            saved = self.read(directory)
        except FileNotFoundError:
            new = directory / f".{_NAME}.{os.urandom(8).hex()}"
            write_new(new, self._replace(spool=os.urandom(4).hex())._bytes())
            try:
                os.link(new, directory / _NAME)
            except FileExistsError:  # another process was first
                pass
            except OSError:  # a file system without links
                if not os.path.lexists(directory / _NAME):
                    new.rename(directory / _NAME)
            finally:
                new.unlink(missing_ok=True)
            saved = self.read(directory)
        except _INVALID:
            saved = self._replace(spool=os.urandom(4).hex())
            replace_file(directory / _NAME, saved._bytes())
        variables = tuple(dict.fromkeys((*saved.variables, *self.variables)))
        changed = {name: getattr(self, name) for name in _EXPLICIT if name in explicit}
        changed.setdefault("instance", saved.instance or self.instance)
        merged = saved._replace(variables=variables, **changed)
        if merged != saved:
            replace_file(directory / _NAME, merged._bytes())
        return merged

    @classmethod
    def read(cls, directory: Path) -> Self:
        """The saved settings. Raises OSError, ValueError, RecursionError or FormatError."""
        with opened(directory / _NAME) as descriptor:
            fields = parsed.mapping(parsed.loads(os.read(descriptor, _LONGEST)))
        more = parsed.labels(fields.get("more", {}))
        if not all(is_label_name(name) and name not in RESERVED for name, _ in more):
            raise ValueError("a label of `more` cannot be in a grouping key")
        job = parsed.text(fields, "job")
        if not job:
            raise ValueError("`job` is empty")
        return cls(
            job,
            parsed.text(fields, "instance"),
            more,
            parsed.texts(fields.get("variables", [])),
            parsed.text(fields, "spool"),
        )

    def _bytes(self) -> bytes:
        return json.dumps({**self._asdict(), "more": dict(self.more)}).encode()


def is_spool_at(directory: Path, spool: str) -> bool:
    """Whether the spool with this identifier is in the directory, as far as can be known."""
    try:
        return SavedSettings.read(directory).spool == spool
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, *_INVALID):  # it may be another user's
        return True

"""What the environment says of delivery: where to, as whom, how often, how long an exit takes."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from typedprom.core.environment import read_variable
from typedprom.core.misuse import log_once, safe_repr
from typedprom.core.variables import (
    EXIT_SECONDS,
    GROUPING,
    INSTANCE,
    JOB,
    OTLP_ENDPOINT,
    PUSH_SECONDS,
    TEXTFILE,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typedprom.delivery.saved_settings import SavedSettings

_TAKEN: Final = ("job", "instance", "le", "quantile")  # no more labels of a grouping key
_SHORTEST: Final = 0.1  # seconds between two pushes
_LONGEST: Final = 86_400.0  # seconds


@dataclass(frozen=True, slots=True)
class Settings:
    """How the spool of a process is delivered.

    `grouping` is the grouping key: `job` first, then `instance`, then what else is wanted.
    No push is made in the background where `push_seconds` is 0. `gateways` are URLs, which may hold
    credentials: they are shown nowhere.
    """

    grouping: Mapping[str, str]
    push_seconds: float = 15.0
    exit_seconds: float = 2.0
    gateways: tuple[str, ...] = ()
    textfile: Path | None = None
    otlp_endpoint: str | None = None

    @property
    def has_sinks(self) -> bool:
        """Whether there is anywhere to deliver to."""
        return bool(self.gateways or self.textfile or self.otlp_endpoint)

    def __repr__(self) -> str:
        return f"Settings(grouping={dict(self.grouping)!r}, {len(self.gateways)} gateways)"


def read_settings(
    environ: Mapping[str, str], remembered: SavedSettings, gateways: tuple[str, ...] = ()
) -> Settings:
    """The settings; what is wrong in them is logged once and left out."""
    textfile = read_variable(TEXTFILE)
    return Settings(
        grouping={
            "job": environ.get(JOB) or remembered.job,
            "instance": environ.get(INSTANCE) or remembered.instance or os.uname().nodename,
            **(_more(environ[GROUPING]) if environ.get(GROUPING) else dict(remembered.more)),
        },
        push_seconds=_push_seconds(environ),
        exit_seconds=_seconds(environ, EXIT_SECONDS, 2.0),
        gateways=gateways,
        textfile=Path(textfile).absolute() if textfile else None,
        otlp_endpoint=read_variable(OTLP_ENDPOINT),
    )


def said(environ: Mapping[str, str]) -> frozenset[str]:
    """Which fields of `Remembered` the environment says in so many words."""
    variables = {"job": JOB, "instance": INSTANCE, "more": GROUPING}
    return frozenset(field for field, name in variables.items() if environ.get(name))


def _push_seconds(environ: Mapping[str, str]) -> float:
    seconds = _seconds(environ, PUSH_SECONDS, 15.0)
    return max(seconds, _SHORTEST) if seconds else 0.0


def _more(text: str) -> dict[str, str]:
    """More grouping labels: `team=data,zone=b`."""
    more: dict[str, str] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        name, equals, value = part.partition("=")
        if not equals or not value or name in (*_TAKEN, *more) or not _is_label_name(name):
            message = "{}: {} is not used, it must be like `team=data,zone=b`".format
            log_once((GROUPING,), partial(message, GROUPING, safe_repr(part)))
            continue
        more[name] = value
    return more


def _is_label_name(name: str) -> bool:
    return name.isascii() and name.isidentifier() and not name.startswith("__")


def _seconds(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name)
    if not text:
        return default
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if 0.0 <= seconds <= _LONGEST:
        return seconds
    log_once(
        (name,), lambda: f"{name}={safe_repr(text)} is no number of seconds: {default:g} is used"
    )
    return default

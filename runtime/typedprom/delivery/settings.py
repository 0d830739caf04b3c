"""Settings of delivery, read from the environment: destinations, group, intervals."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from typedprom.core.environment import is_address, mark, read_variable, warn_of_unknown_variables
from typedprom.core.misuse import log_once, safe_repr
from typedprom.core.text import is_label_name
from typedprom.core.variables import EXIT_SECONDS, GROUPING, INSTANCE, JOB, PUSH_SECONDS, unknown
from typedprom.delivery.saved_settings import RESERVED, SavedSettings

if TYPE_CHECKING:
    from typedprom.delivery.sinks import Destination

_VARIABLES: Final = {"job": f"set {JOB}", "instance": f"set {INSTANCE}"}
_SHORTEST: Final = 0.1  # seconds between two pushes
_LONGEST: Final = 86_400.0  # seconds
_NO_OPTIONS: Final[Mapping[str, str]] = MappingProxyType({})


class Settings(NamedTuple):
    """How the spool of a process is delivered.

    `grouping` is the grouping key: `job`, then `instance`, then further labels. If `push_seconds`
    is 0, nothing is pushed in the background.
    """

    grouping: Mapping[str, str]
    push_seconds: float = 15.0
    exit_seconds: float = 2.0
    destinations: tuple[Destination, ...] = ()
    marks: tuple[str, ...] = ()  # tell apart what the environment names, without any secret


def read_settings(
    saved: SavedSettings,
    catalog_variables: Sequence[str] = (),
    options: Mapping[str, str] = _NO_OPTIONS,
) -> Settings:
    """The settings. Invalid values are logged once and ignored.

    `catalog_variables` are the variables that catalogs name for a Pushgateway. `options` are the
    addresses that options of the command line give, by flag.
    """
    found = dict.fromkeys(_destinations(catalog_variables, options))
    return read_group(saved, catalog_variables)._replace(destinations=tuple(found))


def read_group(saved: SavedSettings, catalog_variables: Sequence[str] = ()) -> Settings:
    """The settings without destinations."""
    more = os.environ.get(GROUPING)
    push_seconds = _read_seconds(PUSH_SECONDS, 15.0)
    return Settings(
        grouping={
            "job": os.environ.get(JOB) or saved.job,
            "instance": os.environ.get(INSTANCE) or saved.instance or os.uname().nodename,
            **(_parse_grouping(more) if more else dict(saved.more)),
        },
        push_seconds=max(push_seconds, _SHORTEST) if push_seconds else 0.0,
        exit_seconds=_read_seconds(EXIT_SECONDS, 2.0),
        marks=tuple(_marks(catalog_variables)),
    )


def explicit_fields() -> frozenset[str]:
    """The fields of SavedSettings that the environment sets."""
    variables = {"job": JOB, "instance": INSTANCE, "more": GROUPING}
    return frozenset(key for key, name in variables.items() if os.environ.get(name))


def names_destination(catalog_variables: Sequence[str]) -> bool:
    """Whether a variable of a sink may be set."""
    variables = unknown(filter(os.environ.get, os.environ))
    return bool(variables) or any(map(read_variable, catalog_variables))


def _marks(catalog_variables: Sequence[str]) -> Iterator[str]:
    for name in sorted({*catalog_variables, *unknown(os.environ)}):
        value = read_variable(name)
        if value and is_address(name, value):
            yield mark(name, value)


def _destinations(
    catalog_variables: Sequence[str], options: Mapping[str, str]
) -> Iterator[Destination]:
    own = [name for name in catalog_variables if read_variable(name)]
    if not (options or names_destination(catalog_variables)):
        return  # the modules of sinks are not imported
    from typedprom.delivery.sinks import Destination, sink_variables, specs

    warn_of_unknown_variables(sink_variables())
    for spec in specs():
        flag = spec.option.flag
        if flag in options:
            yield Destination(spec, spec.resolve(options[flag]), flag)
            continue
        for name in (spec.is_named_by_catalogs and own) or [spec.variable.name]:
            if address := read_variable(name):
                yield Destination(spec, spec.resolve(address), name)


def _parse_grouping(text: str) -> dict[str, str]:
    """Further grouping labels, as in `team=data,zone=b`."""
    labels: dict[str, str] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        name, _, value = part.partition("=")
        if not value or name in (*RESERVED, *labels) or not is_label_name(name):
            cure = _VARIABLES.get(name, "it must be like `team=data,zone=b`")
            message = "{}: {} is not used, {}".format
            log_once((GROUPING,), partial(message, GROUPING, safe_repr(part), cure))
            continue
        labels[name] = value
    return labels


def _read_seconds(name: str, default: float) -> float:
    text = os.environ.get(name)
    if not text:
        return default
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if 0.0 <= seconds <= _LONGEST:
        return seconds
    message = "{}={} is not a number of seconds up to {:,.0f}; using {:g}".format
    log_once((name,), partial(message, name, safe_repr(text), _LONGEST, default))
    return default

"""Environment variables: those that catalogs name, those that tests ignore, and unknown ones."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from typedprom.core.misuse import log_once, safe_repr
from typedprom.core.variables import (
    DISABLED,
    IGNORED,
    KNOWN,
    PREFIX,
    STRICT,
    is_on,
    nearest,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

_LISTED: Final = 3  # unknown variables in a warning
_LONGEST: Final = 80  # characters of their names


class Environment:
    """Names of variables: the port `serve()` listens on, the Pushgateway that jobs push to."""

    __slots__ = ("metrics_port", "pushgateway_url")

    def __init__(
        self, *, metrics_port: str | None = None, pushgateway_url: str | None = None
    ) -> None:
        self.metrics_port = metrics_port
        self.pushgateway_url = pushgateway_url

    def __repr__(self) -> str:
        port, gateway = self.metrics_port, self.pushgateway_url
        return f"Environment(metrics_port={port!r}, pushgateway_url={gateway!r})"


NOTHING: Final = Environment()  # of a catalog that names no variable

# Last words of variables that hold no address.
_SECRETS: Final = (
    *("AUTH", "CREDENTIALS", "KEY", "LOGIN", "PASS", "PASSWD", "PASSWORD", "PW", "SECRET", "TOKEN"),
    *("USER", "USERNAME"),
)
_RUNNING_PYTEST: Final = "_pytest.helpconfig"  # `import pytest` alone does not import it
_is_decided: Final[list[bool]] = []  # whether to ignore variables; else empty
_ignored: Final[dict[str, str]] = {}  # variables, with the values that this process ignores
_read: Final[dict[str, tuple[Environment, frozenset[str]]]] = {}  # what catalogs found set
_port_variables: Final[dict[str, None]] = {}  # those of registered catalogs, in that order


def read_variable(name: str) -> str | None:
    """The value of a variable that names a spool or a destination.

    None if it is not set, or empty, or ignored: by a test, or by a program that a test runs.
    """
    if _RUNNING_PYTEST in sys.modules and not _is_decided:  # our plugin is not loaded
        ignore_environment()
    value = os.environ.get(name)
    if not value or _ignored.get(name) == value:
        return None
    marks = os.environ.get(IGNORED)
    return None if marks and mark(name, value) in marks.split() else value


def ignore_environment() -> Callable[[], None]:
    """Ignore the variables that are set now, and return what undoes that.

    They are for programs, and this process runs tests. Programs that tests run ignore them too, as
    long as they have the same values: they recognize them by marks, which a variable lists.
    """
    marks = [mark(name, value) for name, value in os.environ.items() if is_address(name, value)]
    inherited = os.environ.get(IGNORED, "").split()
    return _decide(dict(os.environ), " ".join(dict.fromkeys((*inherited, *marks))))


def use_environment() -> Callable[[], None]:
    """Use variables in tests and in programs that they run, and return what undoes that.

    If this process is itself run by a test, what that one ignores stays ignored.
    """
    return _decide({}, os.environ.get(IGNORED, ""))


def _decide(ignored: Mapping[str, str], marks: str) -> Callable[[], None]:
    before, marks_before = dict(_ignored), os.environ.get(IGNORED, "")
    _is_decided.append(True)
    _ignored.clear()
    _ignored.update(ignored)
    os.environ.pop(IGNORED, None)
    if marks:
        os.environ[IGNORED] = marks

    def undo() -> None:
        _decide(before, marks_before)

    return undo


def is_address(name: str, value: str) -> bool:
    """Whether it may name a spool or a destination. Others get no mark: they may be secrets."""
    if name.upper().rpartition("_")[2] in _SECRETS:
        return False
    if name.startswith(PREFIX):
        return name != IGNORED and "PASSWORD" not in name and "TOKEN" not in name
    return _server(value) != ""


def _server(value: str) -> str:
    """The host and port of the address of a server; empty where it is none."""
    scheme, _, rest = value.strip().rpartition("://")
    whole = rest.partition("/")[0].partition("?")[0].partition("#")[0]
    if "@" in rest[len(whole) :]:  # perhaps in a password; nothing is pushed there
        return ""
    server = whole.rpartition("@")[2]
    host, _, port = server.rpartition(":")
    is_url = scheme.lower() in ("http", "https")
    return server if is_url or (not scheme and host != "" and port.isdecimal()) else ""


def mark(name: str, value: str) -> str:
    """What a variable is recognized by: of the address of a server only its host and port."""
    from zlib import crc32  # here: only tests and pushes need it

    address = _server(value) or value.rpartition("@")[2].partition("?")[0]
    return f"{crc32(f'{name}={address}'.encode(errors='surrogateescape')):08x}"


def note_variables(namespace: str, environment: Environment) -> None:
    """Note which variables are set now, when the metrics package of the namespace reads them."""
    # Whether recording is off is known already, since the import of typedprom.
    _read[namespace] = environment, _set_for(environment) - {DISABLED}


def warn_of_late_variables() -> None:
    """Warn of variables that were set after the import of a package that would have read them."""
    if _ignored:  # this process runs tests
        return
    for namespace, (environment, before) in tuple(_read.items()):
        if late := sorted(_set_for(environment) - before):
            _read[namespace] = environment, before.union(late)
            _warn_of_late(namespace, late)


def _warn_of_late(namespace: str, late: Sequence[str]) -> None:
    were, it = ("was", "it") if len(late) == 1 else ("were", "them")
    log_once(
        ("late", *late),
        lambda: (
            f"{', '.join(late)} {were} set after the metrics package of `{namespace}` was "
            f"imported, which is too late: set {it} before that import"
        ),
    )


def _set_for(environment: Environment) -> frozenset[str]:
    """The variables that are set and that the import of a metrics package reads."""
    own, port = environment.pushgateway_url, environment.metrics_port
    names = (
        name
        for name in os.environ
        if name == own or (name.startswith(PREFIX) and name not in (STRICT, port))
    )
    # Not `items`: another thread may change the environment.
    found = frozenset(filter(os.environ.get, names))
    return found if is_on(DISABLED) else found - {DISABLED}


def unknown_variables() -> list[str]:
    """The variables with our prefix that are set, and neither listed here nor named by catalogs."""
    named = {
        name
        for environment, _ in tuple(_read.values())
        for name in (environment.pushgateway_url, environment.metrics_port)
    }
    return unknown(name for name, value in os.environ.items() if value and name not in named)


def warn_of_unknown_variables(sink_variables: Collection[str]) -> None:
    """Warn of variables that sinks do not have either: they are misspelt."""
    if names := [name for name in unknown_variables() if name not in sink_variables]:
        noun = "variable" if len(names) == 1 else "variables"
        log_once(
            ("variables",),
            lambda: f"unknown environment {noun} {_list(names, KNOWN.union(sink_variables))}",
        )


def _list(names: Sequence[str], known: Collection[str]) -> str:
    """The first names, each with the known variable that was probably meant."""
    listed: list[str] = []
    for name in names[:_LISTED]:
        meant = nearest(name, known)
        listed.append(ascii(name)[1:-1][:_LONGEST] + (f" (did you mean {meant}?)" if meant else ""))
    more = [f"{len(names) - _LISTED} more"] if len(names) > _LISTED else []
    return ", ".join(listed + more)


def declare(environment: Environment) -> None:
    """Use the variables from now on; `Catalog.register` calls this."""
    if environment.metrics_port is not None:
        _port_variables[environment.metrics_port] = None


def metrics_port() -> int:
    """The port that the variables of the registered catalogs name. Raises ValueError."""
    ports = {name: _port(name) for name in _port_variables if os.environ.get(name)}
    if not ports:
        remedy = "call serve(port); no registered catalog names a variable for it"
        if _port_variables:
            remedy = f"set {' or '.join(_port_variables)}, or call serve(port)"
        raise ValueError(f"no port to serve metrics on: {remedy}")
    if len(set(ports.values())) > 1:
        named = " and ".join(f"{name}={port}" for name, port in ports.items())
        raise ValueError(f"{named} name different ports to serve metrics on: set one of them")
    return next(iter(ports.values()))


def _port(variable: str) -> int:
    text = os.environ[variable]
    if text.isascii() and text.isdecimal() and len(text) <= 5 and 1 <= int(text) <= 65535:
        return int(text)
    raise ValueError(
        f"{variable}={safe_repr(text)} is not a port: it must be a number from 1 to 65535"
    )

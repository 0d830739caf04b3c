"""The commands of `typedprom-spool`."""

from __future__ import annotations

import argparse
import json
import re
import shlex
import signal
import stat
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from errno import EADDRINUSE
from math import inf
from pathlib import Path
from shutil import get_terminal_size
from threading import Event, Timer
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Final

from typedprom.core.environment import read_variable
from typedprom.core.misuse import printable
from typedprom.core.variables import SPOOL_DIR
from typedprom.delivery.autostart import absolute, is_spool, spools_in, state_folder
from typedprom.delivery.deliverer import Deliverer, SinkError, make_sink
from typedprom.delivery.saved_settings import SavedSettings
from typedprom.delivery.settings import Settings, read_settings
from typedprom.delivery.sinks import specs
from typedprom.exposition.spool_source import SpoolSource
from typedprom.serving.server import MetricsServer
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import FormatError
from typedprom.spool.liveness import QUIET_SECONDS
from typedprom.spool.selector import SelectorError, parse
from typedprom.spool.store import SpoolStore

if TYPE_CHECKING:
    from typedprom.spool.budget_status import BudgetStatus
    from typedprom.spool.store import FileStatus, RunStatus, Status

_SILENT_SECONDS: Final = 2.0  # after which a delivery prints that it continues
_ADDED: Final = frozenset(("job", "instance"))  # labels that the group adds to what is pushed
_SUFFIXES: Final = ("_bucket", "_count", "_sum")


_VARIABLE: Final = re.compile("[A-Z_][A-Z0-9_]*")  # as catalogs may name one
# Not ..._PUSHGATEWAY_PASSWORD or ..._TOKEN, for example.
_OF_GATEWAY: Final = re.compile(
    ".*PUSHGATEWAY(?:.*_(?:ADDR|ADDRESS|ENDPOINT|HOST|SERVER|TARGET|URI|URL))?"
)


class UsageError(Exception):
    """The usage is wrong; the message says what to do."""


class CommandError(Exception):
    """The command failed; the message says why."""


def status(options: argparse.Namespace) -> int:
    """Print what the spool holds."""
    path = _directory(options)
    notice = _notice_of_nothing(path)
    try:
        status = SpoolStore(SpoolDirectory(path)).status()
    except FormatError as error:
        raise CommandError(f"{path}: {error}") from error
    if options.json:
        print(json.dumps(asdict(status), indent=2))
    else:
        print(notice or "\n".join(map(printable, _lines(status))))
    return 0


def deliver(options: argparse.Namespace) -> int:
    """Deliver everything once."""
    path = _directory(options)
    if notice := _notice_of_nothing(path):
        print(notice)
        return 0
    directory = _complete(path)
    settings = _settings(directory.path, options)
    try:
        sinks = [make_sink(one, settings, directory) for one in settings.destinations]
    except SinkError as error:
        raise UsageError(str(error)) from error
    store = SpoolStore(directory)
    with _notice_of_slow_delivery(options.timeout):
        delivery = Deliverer(store, sinks).deliver(monotonic() + options.timeout)
    for _, message in delivery.problems():
        print_error(message)
    for destination, sink in zip(settings.destinations, sinks, strict=True):
        if sink.name in delivery.delivered_to:
            where = sink.name
            if destination.spec.is_grouped:
                key = settings.grouping.items()
                where += ", group " + ",".join(f"{name}={value}" for name, value in key)
            print(printable(f"delivered {delivery.series} series to {where}"))
    return 0 if delivery.complete else 1


def verify(options: argparse.Namespace) -> int:
    """Check that what the spool holds arrives in a Pushgateway and in Prometheus."""
    from typedprom.delivery.verify import (
        nothing_recorded,
        report,
        verified,
    )  # here: for this command alone

    path = _directory(options)
    settings = _settings(path, options)
    try:
        notice = _notice_of_nothing(path)
        checks = verified(SpoolDirectory(path), settings, options.prometheus or "")
        checks = [*nothing_recorded(notice), *checks[1:]] if notice else checks
    except ValueError as error:
        raise UsageError(str(error)) from error
    is_right = all(check.state != "wrong" for check in checks)
    if options.json:
        rows = [asdict(check) for check in checks]
        print(json.dumps({"directory": str(path), "ok": is_right, "checks": rows}, indent=2))
    else:
        print("\n".join(report(checks, get_terminal_size((100, 24)).columns)))
    return 0 if is_right else 1


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM. What is recorded later appears."""
    path = _directory(options)
    notice = _notice_of_nothing(path)
    directory = SpoolDirectory(path) if notice else _complete(path)
    server = _server(options, SpoolSource(SpoolStore(directory)))
    stopped = Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with server:
        print(f"serving {path} at {server.url}", flush=True)
        if notice:
            print_error(f"{notice}; waiting")
        while not stopped.wait(3600.0):
            pass
    return 0


def retire(options: argparse.Namespace) -> int:
    """Remove series from the totals; several at once only with `--all` or labels."""
    path = _directory(options)
    if notice := _notice_of_nothing(path):
        raise UsageError(notice)
    store = SpoolStore(_complete(path))
    most = inf if options.all or "{" in options.series else 1
    try:
        retired = store.delete_series(options.series, most=most)
    except SelectorError as error:
        raise UsageError(str(error)) from error
    except FormatError as error:
        raise CommandError(f"{path}: {error}") from error
    for name, labels in retired.removed:
        print(printable(f"removed {_series(name, labels)}"))
    for name, labels in retired.spared:
        print(printable(f"would remove {_series(name, labels)}"))
    why = _why_held(store) if retired.held else ""
    for name, labels in retired.held:
        print(printable(f"kept {_series(name, labels)}: {why}"), file=sys.stderr)
    if retired.removed:
        where = shlex.quote(str(path))
        print(f"`typedprom-spool deliver {where}` removes them from a gateway")
    elif retired.spared:
        many = len(retired.spared)
        print_error(f"add --all to remove all {many} series of {options.series}")
    elif not retired.held:
        print_error(f"there is no series {options.series}{_hint(store, options.series)}")
    return 0 if retired.removed and not retired.held else 1


def _why_held(store: SpoolStore) -> str:
    """Why series are not removed, and what to do."""
    status = store.status()
    if status.unsure and not status.live:
        minutes = f"{QUIET_SECONDS / 60:.0f} minutes"
        return f"a run of another machine, or from before a restart, has it; retry in {minutes}"
    return "a running process still records it; stop that process and retry"


def _server(options: argparse.Namespace, source: SpoolSource) -> MetricsServer:
    health = options.health and "/" + options.health.removeprefix("/")
    addr, port = options.addr, options.port
    try:
        return MetricsServer(addr, port, source, health=health, web_config=options.web_config)
    except (ValueError, OverflowError, ImportError) as error:
        raise UsageError(str(error)) from error
    except OSError as error:
        if error.filename is not None:
            raise
        taken = error.errno == EADDRINUSE
        why = "the port is in use; choose another --port" if taken else error.strerror
        raise CommandError(f"cannot bind {addr}:{port}: {why}") from error


@contextmanager
def _notice_of_slow_delivery(seconds: float) -> Generator[None]:
    """Print a notice if the block takes long."""
    notice = f"nothing is delivered yet; retrying for up to {seconds:g} s"
    timer = Timer(_SILENT_SECONDS, print_error, (notice,))
    timer.daemon = True
    if seconds > _SILENT_SECONDS:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hint(store: SpoolStore, series: str) -> str:
    """What was probably meant by series that do not exist."""
    wanted = parse(series)
    if not _ADDED.isdisjoint(label for label, _ in wanted.labels):
        return "; leave out job and instance, which the gateway adds"
    for family in store.collect():
        name = family.definition.name
        if family.definition.type == "histogram" and wanted.name in {name + s for s in _SUFFIXES}:
            return f"; the histogram is called {name}"
    return ""


def _settings(path: Path, options: argparse.Namespace) -> Settings:
    flags = [spec.option.flag for spec in specs() if spec.option.flag in options]
    given = {flag: address for flag in flags if (address := vars(options)[flag])}
    saved = SavedSettings.load(path) or SavedSettings(path.resolve().name)
    named = [*_gateway_variables(path, saved)]
    settings = read_settings(saved, named, given)
    if not settings.destinations and not vars(options).get("prometheus"):
        variables = " or ".join((*named, *(spec.variable.name for spec in specs())))
        raise UsageError(f"no destination configured: set {variables}, or use {' or '.join(flags)}")
    if vars(options).get("job"):
        return settings._replace(grouping={**settings.grouping, "job": options.job})
    return settings


def _gateway_variables(path: Path, saved: SavedSettings) -> Iterator[str]:
    """The saved variables that are named after the address of a Pushgateway.

    Whoever can write to the spool can name any variable there. One that holds a secret must neither
    be taken for a host nor be shown.
    """
    for name in filter(_VARIABLE.fullmatch, saved.variables):
        if _OF_GATEWAY.fullmatch(name):
            yield name
        elif read_variable(name):
            print_error(
                f"{name}, which {path} names for a Pushgateway, is not used, because its name does "
                "not contain PUSHGATEWAY and end with that or with _URL: use --pushgateway"
            )


def _complete(path: Path) -> SpoolDirectory:
    """The spool, whose missing folders are created."""
    directory = SpoolDirectory(path)
    directory.check()
    if not directory.runs.is_dir():
        directory.prepare()
    return directory


def _directory(options: argparse.Namespace) -> Path:
    """The directory that the command line or the environment names."""
    if directory := options.directory or read_variable(SPOOL_DIR):
        return absolute(directory)
    folder = state_folder()
    spools = " ".join(shlex.quote(str(path)) for path in spools_in(folder))
    hint = f"there is {spools}" if spools else f"there is none below {folder}"
    raise UsageError(f"name a spool directory, or set {SPOOL_DIR}; {hint}")


def _notice_of_nothing(path: Path) -> str:
    """What to say where nothing was recorded yet; empty if something was. Makes no folder."""
    notice = f"nothing was recorded into {path} yet"
    try:
        if not stat.S_ISDIR(path.stat().st_mode):
            raise UsageError(f"{path} is not a directory")
        return "" if is_spool(path) else notice
    except FileNotFoundError:
        if "@" in str(path) or ":/" in str(path):  # perhaps with a password
            raise UsageError("DIR looks like an address: name a spool directory") from None
        return f"{notice}: the folder does not exist"
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def print_error(message: str) -> None:
    """Print what is wrong."""
    print(f"typedprom-spool: {printable(message)}", file=sys.stderr, flush=True)


def _series(name: str, labels: tuple[tuple[str, str], ...]) -> str:
    inside = ",".join(f'{label}="{value}"' for label, value in labels)
    return f"{name}{{{inside}}}" if inside else name


def _lines(status: Status) -> Iterator[str]:
    yield f"spool {status.directory}"
    totals = status.totals
    if totals.written:
        yield (
            f"totals: {totals.series} series of {totals.runs} runs, {totals.bytes} bytes, "
            f"written {_timestamp(totals.written)}"
        )
    else:
        yield "totals: none yet"
    yield from _runs("live", status.live)
    if status.elsewhere:
        yield from _runs("live on another machine, which alone delivers them", status.elsewhere)
    if status.unsure:
        yield from _runs("of another machine, or before a restart; not merged yet", status.unsure)
    yield from _runs("dead, not merged yet", status.dead)
    yield from _files("damaged, set aside", status.damaged)
    yield from _files("not readable", status.skipped)
    yield from _files("refused by a receiver", status.refused)
    for hidden in status.hidden:
        yield (
            f"not shown: {hidden.series} series of the {hidden.type} {hidden.name}, whose name the "
            f"newer {hidden.newer_type} {hidden.newer_name} has taken"
        )
    yield from _budgets(status.budgets)


def _budgets(budgets: list[BudgetStatus]) -> Iterator[str]:
    if budgets:
        yield "budgets of label values, or of series where the label is -:"
        rows = [
            (one.metric, one.label or "-", str(one.budget or "-"), str(one.held), str(one.folded))
            for one in budgets
        ]
        yield from _table((("metric", "label", "budget", "held", "folded"), *rows))


def _runs(what: str, runs: list[RunStatus]) -> Iterator[str]:
    yield f"{what}: {len(runs)}"
    if runs:
        rows = [(str(r.pid), _timestamp(r.since), str(r.series), str(r.bytes), r.run) for r in runs]
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


def _timestamp(when: float) -> str:
    return datetime.fromtimestamp(when).astimezone().isoformat(sep=" ", timespec="seconds")

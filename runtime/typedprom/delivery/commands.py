"""What each command of `typedprom-spool` does."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from errno import EADDRINUSE
from math import inf
from pathlib import Path
from threading import Event, Timer
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Final

from typedprom.core.variables import PUSHGATEWAY_URL, SPOOL_DIR
from typedprom.delivery.autostart import is_spool, spools_below, state_folder
from typedprom.delivery.group_url import read_url
from typedprom.delivery.saved_settings import SavedSettings, recall
from typedprom.delivery.settings import Settings, read_settings
from typedprom.exposition.spool_source import SpoolSource
from typedprom.serving.server import MetricsServer
from typedprom.spool.directory import SpoolDirectory
from typedprom.spool.format import FormatError
from typedprom.spool.selector import SelectorError, parse
from typedprom.spool.store import SpoolStore

if TYPE_CHECKING:
    from typedprom.spool.store import FileStatus, RunStatus, Status

_SILENT_SECONDS: Final = 2.0  # of a delivery that takes longer than one expects
_ADDED: Final = frozenset(("job", "instance"))  # to what is pushed, by its group
_SUFFIXES: Final = ("_bucket", "_count", "_sum")


class UsageError(Exception):
    """What was asked for cannot be meant; the message says what to do."""


class VerbError(Exception):
    """What was asked for cannot be done; the message says why."""


def status(options: argparse.Namespace) -> int:
    """Print what the spool holds."""
    directory = _existing(_chosen(options))
    try:
        found = SpoolStore(directory).status()
    except FormatError as error:
        raise VerbError(f"{directory.path}: {error}") from error
    print(status_json(found) if options.json else status_table(found))
    return 0


def deliver(options: argparse.Namespace) -> int:
    """Deliver everything once."""
    from typedprom.delivery.sinks.discovery import SinkError, strict_deliverer

    directory = _whole(_chosen(options))
    settings = _settings(directory.path, options, os.environ)
    try:
        deliverer = strict_deliverer(directory, settings)
    except SinkError as error:
        raise UsageError(str(error)) from error
    with _saying_that_it_goes_on(options.timeout):
        delivery = deliverer.deliver(monotonic() + options.timeout)
    for name, why in delivery.failures.items():
        _complain(f"{name}: {why}")
    for family, words in delivery.refused.items():
        _complain(f"{family} was refused: {words}")
    for why in filter(None, (delivery.busy, delivery.unread)):
        _complain(why)
    gateways = {read_url(url).shown for url in settings.gateways}
    group = ",".join(f"{label}={value}" for label, value in settings.grouping.items())
    for name in delivery.taken:
        where = f"{name}, group {group}" if name in gateways else name
        print(f"delivered {delivery.series} series to {where}")
    return 0 if delivery.complete else 1


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    server = _server(options, SpoolSource(_ledger(options.directory)))
    stopped = Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with server:
        print(f"serving {options.directory} at {server.url}", flush=True)
        while not stopped.wait(3600.0):
            pass
    return 0


def retire(options: argparse.Namespace) -> int:
    """Remove series from the totals; many at once only where that is asked for."""
    ledger = _ledger(options.directory)
    most = inf if options.all or "{" in options.series else 1
    try:
        retired = ledger.delete_series(options.series, most=most)
    except SelectorError as error:
        raise UsageError(str(error)) from error
    for name, labels in retired.removed:
        print(f"removed {_shown(name, labels)}")
    for name, labels in retired.spared:
        print(f"would remove {_shown(name, labels)}")
    for name, labels in retired.held:
        kept = f"kept {_shown(name, labels)}: a live process has it; stop it, then again"
        print(kept, file=sys.stderr)
    if retired.removed:
        where = shlex.quote(str(options.directory))
        print(f"`typedprom-spool deliver {where}` takes them out of a gateway")
    elif retired.spared:
        many = len(retired.spared)
        _complain(f"add --all to remove all {many} series of {options.series}")
    elif not retired.held:
        _complain(f"there is no series {options.series}{_hint(ledger, options.series)}")
    return 0 if retired.removed and not retired.held else 1


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
        raise VerbError(f"cannot bind {addr}:{port}: {why}") from error


@contextmanager
def _saying_that_it_goes_on(seconds: float) -> Generator[None]:
    """Say so when it has taken a while."""
    words = f"nothing is delivered yet; it goes on trying for up to {seconds:g} s"
    timer = Timer(_SILENT_SECONDS, _complain, (words,))
    timer.daemon = True
    if seconds > _SILENT_SECONDS:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hint(ledger: SpoolStore, series: str) -> str:
    """What was probably meant by series that there are not."""
    wanted = parse(series)
    if not _ADDED.isdisjoint(label for label, _ in wanted.labels):
        return "; leave out job and instance, which the gateway adds"
    for family in ledger.collect():
        name = family.definition.name
        if family.definition.type == "histogram" and wanted.name in {name + s for s in _SUFFIXES}:
            return f"; the histogram is called {name}"
    return ""


def _settings(path: Path, options: argparse.Namespace, environ: Mapping[str, str]) -> Settings:
    known = recall(path) or SavedSettings(path.resolve().name)
    named = [options.pushgateway] if options.pushgateway else _gateways(known, environ)
    read = read_settings(environ, known, tuple(named))
    grouping = {**read.grouping, "job": options.job} if options.job else read.grouping
    settings = replace(
        read,
        grouping=grouping,
        textfile=options.textfile or read.textfile,
        otlp_endpoint=options.otlp or read.otlp_endpoint,
    )
    if not settings.has_sinks:
        variables = " or ".join((*known.variables, PUSHGATEWAY_URL))
        raise UsageError(f"there is nowhere to deliver to: set {variables}, or use --pushgateway")
    return settings


def _gateways(known: SavedSettings, environ: Mapping[str, str]) -> list[str]:
    """Those that the catalogs' own variables name, which win over the common one."""
    own = [url for name in known.variables if (url := environ.get(name))]
    common = environ.get(PUSHGATEWAY_URL)
    return list(dict.fromkeys(own or ([common] if common else [])))


def _ledger(path: Path) -> SpoolStore:
    return SpoolStore(_whole(path))


def _whole(path: Path) -> SpoolDirectory:
    """The spool, with the folders that somebody has removed."""
    directory = _existing(path)
    if not directory.runs.is_dir():
        directory.prepare()
    return directory


def _chosen(options: argparse.Namespace) -> Path:
    """The directory that is named here or in the environment."""
    if options.directory is not None:
        return Path(options.directory)
    if named := os.environ.get(SPOOL_DIR):
        return Path(named).expanduser()
    folder = state_folder()
    found = " ".join(shlex.quote(str(path)) for path in spools_below(folder))
    there = f"there are {found}" if found else f"there is none below {folder}"
    raise UsageError(f"name a spool directory, or set {SPOOL_DIR}; {there}")


def _existing(path: Path) -> SpoolDirectory:
    if not path.is_dir():
        raise UsageError(f"{path} is no directory")
    if not is_spool(path):
        raise UsageError(f"{path} is no spool: nothing was ever recorded into it")
    return SpoolDirectory(path)


def _complain(words: str) -> None:
    print(f"typedprom-spool: {words}", file=sys.stderr, flush=True)


def _shown(name: str, labels: tuple[tuple[str, str], ...]) -> str:
    inside = ",".join(f'{label}="{value}"' for label, value in labels)
    return f"{name}{{{inside}}}" if inside else name


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
            f"written {_timestamp(totals.written)}"
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

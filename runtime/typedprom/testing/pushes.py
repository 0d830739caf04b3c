"""Receiving pushes in tests: what a command delivered is asserted as what code recorded is."""

from __future__ import annotations

import gzip
import math
import os
import socket
import tempfile
from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer
from threading import Condition, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple, ParamSpec, TypeAlias, cast, overload

from typedprom.core.sample_lines import Sample
from typedprom.core.text import exported
from typedprom.core.variables import CELLS, IGNORED, PREFIX, SPOOL_DIR, STRICT
from typedprom.metrics.amounts import ZERO
from typedprom.metrics.catalog import catalogs
from typedprom.metrics.cell import Values
from typedprom.metrics.cells import CounterCell, GaugeCell, HistogramCell
from typedprom.metrics.instruments import CounterKind, GaugeKind, HistogramKind, Info, StateSetKind
from typedprom.metrics.text_cells import StateSetCell, StateT
from typedprom.testing.push_decoding import group_in, samples_in
from typedprom.testing.reading import Snapshot, braced
from typedprom.testing.recording import (
    CounterRecording,
    GaugeRecording,
    HistogramRecording,
    InfoRecording,
    Labelled,
    Recording,
    Span,
    StateSetRecording,
    recorded,
)

if TYPE_CHECKING:
    from typedprom.metrics.cell import AnyInstrument

__tracebackhide__ = True  # pytest shows the line that is wrong instead

P = ParamSpec("P")

_HOST: Final = "127.0.0.1"
_LONGEST_LINE: Final = 64 * 1024
_GATEWAY: Final = "PUSHGATEWAY"  # in names of variables: whatever they name is not pushed to
_GENERAL: Final = "TYPEDPROM_PUSHGATEWAY_URL"
_KEPT: Final = (STRICT, CELLS, IGNORED)


class Push(NamedTuple):
    """A push that was accepted: its method, the labels of its group, its samples."""

    method: str
    group: dict[str, str]
    samples: list[Sample]


class Pushed:
    """What programs have pushed to a Pushgateway of this process.

    Start a program with `environment`, and it pushes here. `recorded(METRIC, …)` is what was
    pushed, in the words of `typedprom.testing.recorded`. `pushes` are all pushes so far, `groups`
    what is held now, and `samples` the same for metrics that this process does not know.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.spool = folder / "spool"
        self.pushes: list[Push] = []
        self._groups: dict[tuple[tuple[str, str], ...], dict[str, list[Sample]]] = {}
        self._changed = Condition()

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program that pushes here, and nowhere else, from a new spool.

        All variables of typedprom and those of Pushgateways that are set are left out.
        """
        kept = {
            name: value
            for name, value in os.environ.items()
            if name in _KEPT or not (name.startswith(PREFIX) or _GATEWAY in name)
        }
        own = [catalog.environment.pushgateway_url for catalog in catalogs()]
        addresses = dict.fromkeys((_GENERAL, *filter(None, own)), self.url)
        return {**kept, **addresses, SPOOL_DIR: str(self.spool)}

    @property
    def groups(self) -> list[dict[str, str]]:
        """The labels of the groups that are held."""
        return [dict(labels) for labels in self._groups]

    @property
    def samples(self) -> dict[str, float]:
        """All samples that are held, by `name{label="value"}`, without the labels of the group."""
        return {
            one.name + braced(dict(sorted(one.labels.items()))): one.value for one in self._held()
        }

    def wait_for(self, pushes: int, timeout: float = 10.0) -> None:
        """Wait until there are so many pushes; an AssertionError if there are not in time."""
        deadline = monotonic() + timeout
        with self._changed:
            while len(self.pushes) < pushes:
                if (left := deadline - monotonic()) <= 0:
                    some = f"{len(self.pushes)} of {pushes} pushes"
                    raise AssertionError(f"{some} have arrived at {self.url} within {timeout:g} s")
                self._changed.wait(left)

    @overload
    def recorded(
        self, metric: Labelled[P, CounterCell], /, *args: P.args, **labels: P.kwargs
    ) -> CounterRecording: ...
    @overload
    def recorded(
        self, metric: Labelled[P, GaugeCell], /, *args: P.args, **labels: P.kwargs
    ) -> GaugeRecording: ...
    @overload
    def recorded(
        self, metric: Labelled[P, HistogramCell], /, *args: P.args, **labels: P.kwargs
    ) -> HistogramRecording: ...
    @overload
    def recorded(
        self, metric: Labelled[P, StateSetCell[StateT]], /, *args: P.args, **labels: P.kwargs
    ) -> StateSetRecording[StateT]: ...
    @overload
    def recorded(self, metric: CounterKind[object], /) -> CounterRecording: ...
    @overload
    def recorded(self, metric: GaugeKind[object], /) -> GaugeRecording: ...
    @overload
    def recorded(self, metric: HistogramKind[object], /) -> HistogramRecording: ...
    @overload
    def recorded(self, metric: StateSetKind[object, StateT], /) -> StateSetRecording[StateT]: ...
    @overload
    def recorded(self, metric: Info, /) -> InfoRecording: ...
    def recorded(self, metric: object, /, *args: object, **labels: object) -> Recording:
        """What was pushed of a metric: in all, or in a `with` block.

            subprocess.run([sys.executable, "-m", "ingester"], env=pushed.environment, check=True)
            assert pushed.recorded(SOURCES_REQUESTS_SUCCESS, source_id="kexp").delta == 5

        It takes what `typedprom.testing.recorded` takes, and has the same attributes.
        """
        read = cast("Callable[..., Recording]", recorded)(metric, *args, **labels)
        hint = "does the command run with `pushed.environment`?"
        nothing = f"nothing was pushed to {self.url}; {hint}"
        return type(read)(read.metric, read.labels, Span(take=self._snapshot, nothing=nothing))

    def receive(self, push: Push) -> None:
        """Take a push, as the server does."""
        with self._changed:
            key = tuple(sorted(push.group.items()))
            if push.method == "DELETE":
                self._groups.pop(key, None)
            else:
                held = self._groups.setdefault(key, {})
                if push.method == "PUT":
                    held.clear()
                by_family: dict[str, list[Sample]] = {}
                for one in push.samples:
                    by_family.setdefault(one.name, []).append(one)
                held.update(by_family)
                self.pushes.append(push)
            self._changed.notify_all()

    def _held(self) -> list[Sample]:
        with self._changed:
            groups = [*self._groups.values()]
            return [one for group in groups for samples in group.values() for one in samples]

    def _snapshot(self, *_: AnyInstrument) -> Snapshot:
        by_name: dict[str, list[Sample]] = {}
        for one in self._held():
            by_name.setdefault(one.name, []).append(one)
        known = [metric for catalog in catalogs() for metric in tuple(catalog.metrics.values())]
        return Snapshot({metric: _states(metric, by_name) for metric in known})


_SamplesByName: TypeAlias = Mapping[str, list[Sample]]


def _states(metric: AnyInstrument, by_name: _SamplesByName) -> dict[Values, object]:
    """The state of each series of a metric, as its cells have it; without those at zero."""
    if isinstance(metric, HistogramKind):
        return _distributions(cast("HistogramKind[object]", metric), by_name)
    states: dict[Values, object] = {}
    for values, one in _series(metric, by_name.get(metric.name, ())):
        if isinstance(metric, Info):
            names = [label.name for label in metric.info_labels]
            taken = {*metric.label_names(), *metric.constant_labels}
            states[values] = tuple(_value(one, name, taken) or "" for name in names)
        elif metric.type == "stateset":
            if one.value:
                states[values] = one.labels.get(metric.name, "")
        elif metric.type == "gauge":
            states[values] = one.value
        elif one.value:
            before = states.get(values, ZERO)  # of another group
            states[values] = one.value + (before if isinstance(before, float) else ZERO)
    return states


def _distributions(metric: HistogramKind[object], by_name: _SamplesByName) -> dict[Values, object]:
    known = cast("AnyInstrument", metric)
    bounds = (*metric.buckets, math.inf)
    cumulated: dict[Values, dict[float, float]] = {}
    for values, one in _series(known, by_name.get(f"{metric.name}_bucket", ())):
        counts = cumulated.setdefault(values, dict.fromkeys(bounds, 0.0))
        bound = float(one.labels.get("le", "nan"))
        counts[bound] = counts.get(bound, 0.0) + one.value
    sums = dict.fromkeys(cumulated, 0.0)
    for values, one in _series(known, by_name.get(f"{metric.name}_sum", ())):
        sums[values] = sums.get(values, 0.0) + one.value
    return {
        values: ([*_differences(counts[bound] for bound in bounds)], sums[values])
        for values, counts in cumulated.items()
        if any(counts.values())
    }


def _differences(cumulated: Iterable[float]) -> Generator[float]:
    before = 0.0
    for count in cumulated:
        yield count - before
        before = count


def _series(metric: AnyInstrument, samples: Iterable[Sample]) -> Generator[tuple[Values, Sample]]:
    names = {*metric.label_names(), *metric.constant_labels}
    for one in samples:
        values = [_value(one, label.name, names) for label in metric.signature]
        if None not in values:  # else it is of another version of the catalog
            yield cast("Values", tuple(values)), one


def _value(sample: Sample, name: str, names: Collection[str]) -> str | None:
    """The value of a label, also where the group has a label of its name."""
    return sample.labels.get(name, sample.labels.get(exported(name, names)))


@contextmanager
def receiving() -> Generator[Pushed]:
    """Receive pushes during the block, at a free port of this machine.

    The pytest plugin has it as the fixture `pushed`.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = _PushServer()
        pushed = Pushed(f"http://{_HOST}:{server.server_port}", Path(folder))
        server.RequestHandlerClass = partial(_PushHandler, pushed.receive)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield pushed
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class _PushServer(ThreadingHTTPServer):
    """A Pushgateway, as far as programs that push need one."""

    daemon_threads = True
    request_queue_size = 128  # many programs push at once

    def __init__(self) -> None:
        self._open: set[socket.socket] = set()
        super().__init__((_HOST, 0), BaseHTTPRequestHandler)

    def process_request(self, request: object, client_address: object) -> None:
        connection = cast("socket.socket", request)
        self._open.add(connection)
        super().process_request(connection, client_address)

    def shutdown_request(self, request: object) -> None:
        connection = cast("socket.socket", request)
        self._open.discard(connection)
        super().shutdown_request(connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: a program that pushed was ended."""

    def server_close(self) -> None:
        """Stop listening, and end the connections that clients keep."""
        super().server_close()
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _PushHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(
        self,
        receive: Callable[[Push], None],
        request: socket.socket,
        client_address: object,
        server: BaseServer,
    ) -> None:
        self._receive = receive
        super().__init__(request, client_address, server)

    def do_GET(self) -> None:
        """Answer that it is ready."""
        self._answer(200 if self.path in ("/-/ready", "/-/healthy") else 404, "")

    def do_PUT(self) -> None:
        """Replace a group."""
        self._push()

    def do_POST(self) -> None:
        """Replace metrics of a group."""
        self._push()

    def do_DELETE(self) -> None:
        """Remove a group."""
        self._push()

    def _push(self) -> None:
        try:
            body = self._body()
            group = group_in(self.path)
            if group is None:
                self._answer(404, "404 page not found")
                return
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            samples = samples_in(self.headers.get("Content-Type", ""), body)
        except Exception as error:  # whatever the body does to a parser
            self._answer(400, f"{type(error).__name__}: {error}")
            return
        method = self.command
        self._receive(Push(method, group, samples))
        self._answer(202 if method == "DELETE" else 200, "")

    def _body(self) -> bytes:
        """The whole body. Raises ValueError."""
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self._read(int(self.headers.get("Content-Length", "0")))
        chunks: list[bytes] = []
        while size := int(self.rfile.readline(_LONGEST_LINE).partition(b";")[0], 16):
            chunks.append(self._read(size))
            self.rfile.readline(_LONGEST_LINE)
        while self.rfile.readline(_LONGEST_LINE).strip():
            pass  # trailers
        return b"".join(chunks)

    def _read(self, size: int) -> bytes:
        body = self.rfile.read(size) if size >= 0 else b""
        if len(body) != size:
            self.close_connection = True
            raise ValueError("the body does not have the length it should have")
        return body

    def _answer(self, status: int, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""

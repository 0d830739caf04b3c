"""Clients of a server with several workers; they know how much the server must have counted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

from prometheus_client.parser import text_string_to_metric_families

from tests.delivery.gateway import SUCCESS
from tests.workers.programs import TIMEOUT_SECONDS, eventually
from tools.running import HOST

CLIENTS = 4
_COUNT, _METRICS = "/count", f"/metrics?name[]={SUCCESS}"


@dataclass(slots=True)
class Traffic:
    """Requests that make a server count once, and their results."""

    port: int
    acknowledged: int = 0
    unanswered: int = 0  # these may have been counted or not
    workers: set[int] = field(default_factory=set)  # the process ids that answered
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self) -> None:
        """Send one request."""
        try:
            worker, _ = answer(self.port, _COUNT)
        except ConnectionRefusedError:
            return  # the request was not read
        except (OSError, HTTPException):
            with self._lock:
                self.unanswered += 1
        else:
            with self._lock:
                self.acknowledged += 1
                self.workers.add(worker)

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Send requests from several clients until the end of the block."""
        with _repeated([self.ask] * CLIENTS):
            yield

    def spread(self, workers: int) -> None:
        """Wait until that number of workers has answered."""
        eventually(lambda: len(self.workers) >= workers)

    def explains(self, counted: float) -> bool:
        """Whether all answered requests are counted, and none twice."""
        return self.acknowledged <= counted <= self.acknowledged + self.unanswered


@contextmanager
def watched(ports: Sequence[int]) -> Iterator[list[float]]:
    """Scrape the servers on the ports, one after the other, until the end of the block."""
    seen: list[float] = []

    def look() -> None:
        for port in ports:
            with suppress(OSError, HTTPException):  # the answering worker was killed
                seen.append(exposed(port))

    with _repeated([look]):
        yield seen


def exposed(port: int) -> float:
    """Scrape once and return the count."""
    return _counted(answer(port, _METRICS)[1])


def exposed_by_workers(port: int, workers: int, path: str = _METRICS) -> dict[int, float]:
    """Scrape until that number of workers has answered; return the count that each exposes."""
    found: dict[int, float] = {}

    def look() -> None:
        worker, body = answer(port, path)
        found[worker] = _counted(body)

    with _repeated([look] * CLIENTS):
        eventually(lambda: len(found) >= workers)
    return found


def answer(port: int, path: str) -> tuple[int, str]:
    """Return the answering worker, 0 if unknown, and the body."""
    connection = HTTPConnection(HOST, port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read().decode()
    finally:
        connection.close()
    assert response.status == 200, body
    return int(response.headers.get("Worker", 0)), body


def _counted(text: str) -> float:
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == SUCCESS
    )


@contextmanager
def _repeated(actions: Sequence[Callable[[], None]]) -> Iterator[None]:
    """Repeat each function in its own thread until the end of the block."""
    ended = threading.Event()
    faults: list[BaseException] = []

    def repeat(action: Callable[[], None]) -> None:
        try:
            while not ended.wait(0.005):
                action()
        except BaseException as fault:  # raised below, in the thread of the test
            faults.append(fault)

    threads = [threading.Thread(target=repeat, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    for fault in faults:
        raise fault

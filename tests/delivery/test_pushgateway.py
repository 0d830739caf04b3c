"""Pushing: to the real gateway, and to receivers that misbehave in every way we know of."""

from __future__ import annotations

import http.client
import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from tests.delivery import decoded
from tests.delivery.made import NOW, counter
from tests.delivery.pushing import DELIVERED, GROUP, PATIENT, SOON, push
from tests.delivery.receivers import (
    HOST,
    Behaviour,
    Receiver,
    Request,
    by_family,
    hang,
    leave,
    raw,
    receiver,
    respond,
    trickle,
)
from tests.support.needs import require_servers
from tests.support.programs import run_python
from tools.running import Server, free_port, pushgateway
from typedprom.delivery.quarantine import Quarantine
from typedprom.delivery.sinks import SinkResult
from typedprom.delivery.sinks.pushgateway import Pushgateway
from typedprom.exposition.negotiation import PROTOBUF
from typedprom.metrics.definition import Definition, Family

LATE = 20.0  # seconds after which it was not bounded, however slow the machine is


class TestTheRealGateway:
    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[Server]:
        require_servers()
        with pushgateway(tmp_path) as running:
            yield running

    def test_it_has_the_totals_under_the_whole_grouping_key(self, server: Server) -> None:
        key = {"job": "a b/ö", "instance": "h", "path": "/x", "none": "", "dots": "..", "p": "%2F+"}
        gateway = Pushgateway(server.address, key)
        assert push(gateway) == DELIVERED
        (total,) = exposed(server)["x_c_total"].series
        expected = {name: value for name, value in key.items() if value}
        assert {n: v for n, v in total.labels if v} == {**expected, "source": "a"}
        assert (total.value, total.created) == (5.0, NOW)

    def test_a_push_replaces_the_group_over_the_same_connection(self, server: Server) -> None:
        gateway = Pushgateway(f"http://{server.address}/", GROUP)
        assert push(gateway) == DELIVERED
        connection = gateway._connection._stream
        assert connection is not None
        assert push(gateway, counter(value=7.0)) == DELIVERED
        assert gateway._connection._stream is connection
        mine = {name: family for name, family in exposed(server).items() if name[:2] == "x_"}
        assert [*mine] == ["x_c_total"]
        assert mine["x_c_total"].series[0].value == 7.0

    def test_a_type_in_conflict_with_another_group_holds_back_only_its_family(
        self, server: Server, tmp_path: Path
    ) -> None:
        assert asked(server, "PUT", "/metrics/job/other", b"# TYPE x_g counter\nx_g 5\n")[0] == 200
        quarantine = Quarantine(tmp_path / "refused")
        gateway = Pushgateway(server.address, GROUP, quarantine=quarantine)
        outcome = push(gateway)
        assert outcome.delivered
        assert [*outcome.refused] == ["x_g"]
        assert "is not a" in outcome.refused["x_g"]
        assert exposed(server)["x_h_seconds"].series[0].buckets[0] == (0.1, 1)
        assert "x_g 2.5\n" in (tmp_path / "refused" / "x_g.txt").read_text()
        again = push(gateway)  # without the family: nothing is refused any more, it is still told
        assert again.refused == outcome.refused

    def test_a_family_that_goes_through_after_an_hour_is_forgotten(
        self, server: Server, tmp_path: Path
    ) -> None:
        quarantine = Quarantine(tmp_path)
        quarantine.add("x_g", "no", b"")
        file = tmp_path / "x_g.txt"
        gateway = Pushgateway(server.address, GROUP, quarantine=Quarantine(tmp_path))
        assert push(gateway).refused == {"x_g": "no"}
        os.utime(file, (time.time() - 3700, time.time() - 3700))
        assert push(gateway) == DELIVERED
        assert not file.exists()
        assert "x_g" in exposed(server)

    def test_a_gateway_that_is_gone_meanwhile(self, tmp_path: Path) -> None:
        require_servers()
        with pushgateway(tmp_path) as first:
            gateway = Pushgateway(first.address, GROUP)
            assert push(gateway) == DELIVERED
        assert not push(gateway, seconds=SOON).delivered


def exposed(server: Server) -> dict[str, decoded.Decoded]:
    """What the gateway exposes, by name."""
    _, body = asked(server, "GET", "/metrics", b"")
    return {family.name: family for family in decoded.families(body)}


def asked(server: Server, method: str, path: str, body: bytes) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(HOST, server.port, timeout=30)
    connection.request(method, path, body, {"Accept": PROTOBUF.content_type})
    with connection.getresponse() as response:
        answer = response.status, response.read()
    connection.close()
    return answer


class TestFormats:
    @pytest.mark.parametrize("status", [400, 406, 415])
    def test_text_is_sent_and_remembered_where_protobuf_is_refused(self, status: int) -> None:
        with receiver(respond(status, "what?"), respond(202)) as server:
            gateway = Pushgateway(server.url, GROUP)
            assert push(gateway) == DELIVERED
            assert push(gateway) == DELIVERED
        kinds = [request.headers["content-type"].split(";")[0] for request in server.requests]
        assert kinds == ["application/vnd.google.protobuf", "text/plain", "text/plain"]
        assert [request.method for request in server.requests] == ["PUT"] * 3
        assert b'x_c_total{source="a"} 5.0\n' in server.requests[1].body

    @pytest.mark.parametrize("status", [400, 413])
    def test_what_is_refused_is_found_and_all_else_is_delivered(self, status: int) -> None:
        families = [counter(f"x_{number:02}_total") for number in range(20)]
        quarantine = Quarantine(None)
        with receiver(by_family("x_07_total", "it is\r\n\x1b[31mbad", status)) as server:
            outcome = push(Pushgateway(server.url, GROUP, quarantine=quarantine), *families)
            assert outcome.delivered
            assert outcome.refused == {"x_07_total": f"answers {status} So: it is ?[31mbad"}
            assert quarantine.held() == outcome.refused
            taken = b"".join(
                request.body for request in server.requests if b"x_07" not in request.body
            )
        for number in {*range(20)} - {7}:
            assert b"x_%02d_total" % number in taken
        assert {request.method for request in server.requests[2:]} == {"POST"}
        assert len(server.requests) < 20

    def test_a_family_refused_of_a_text_only_receiver_is_found_too(self) -> None:
        def act(at: Receiver, client: socket.socket, request: Request) -> bool:
            is_protobuf = "protobuf" in request.headers["content-type"]
            refuses = is_protobuf or b"x_3_total" in request.body
            return (respond(400, "no") if refuses else respond(200))(at, client, request)

        with receiver(act) as server:
            families = [counter(f"x_{number}_total") for number in range(8)]
            outcome = push(Pushgateway(server.url, GROUP), *families)
        assert (outcome.delivered, [*outcome.refused]) == (True, ["x_3_total"])

    def test_no_family_is_blamed_where_nothing_at_all_is_taken(self) -> None:
        quarantine = Quarantine(None)
        with receiver(respond(400, "the disk is full")) as server:
            outcome = push(Pushgateway(server.url, GROUP, quarantine=quarantine))
            assert outcome == SinkResult(False, "answers 400 So: the disk is full")
        assert quarantine.held() == {}

    def test_without_families_nothing_is_sent(self) -> None:
        with receiver(respond(200)) as server:
            gateway = Pushgateway(server.url, GROUP)
            assert gateway.push([], time.monotonic() + PATIENT) == DELIVERED
            assert push(gateway, counter('"')) == DELIVERED  # logged, it cannot be written
            assert server.requests == []


class TestTrouble:
    @pytest.mark.parametrize(
        "passing",
        [
            respond(503, "later"),
            respond(500),
            respond(502),
            respond(429, Retry_After="0"),
            respond(503, Retry_After="Thu, 01 Jan 1970 00:00:00 GMT"),
            respond(503, Retry_After="soon"),
            raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
            raw(b""),
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"),
            raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
            raw(b"HTTP/1.1 2"),
            raw(b"HTTP/1.1 abc OK\r\n\r\n"),
            raw(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 1000),
            raw(b"\x15\x03\x01" + bytes(range(256)) * 300),
        ],
    )
    def test_what_passes_is_tried_again(self, passing: Behaviour) -> None:
        with receiver(passing, passing, respond(200)) as server:
            assert push(Pushgateway(server.url, GROUP)) == DELIVERED
            assert len(server.requests) == 3

    @pytest.mark.parametrize(
        ("behaviour", "why"),
        [
            (respond(503, "later"), "answers 503 So: later"),
            (hang, "does not answer in time"),
            (trickle, "does not answer in time"),
            (raw(b"garbage\n"), "answers with something that is not HTTP"),
            (raw(b""), "closes the connection without an answer"),
            (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), "stops in the middle"),
            (respond(429, Retry_After="3600"), "answers 429"),
        ],
    )
    def test_what_stays_ends_with_the_deadline(self, behaviour: Behaviour, why: str) -> None:
        began = time.monotonic()
        with receiver(behaviour) as server:
            outcome = push(Pushgateway(server.url, GROUP), seconds=SOON)
        assert not outcome.delivered
        assert why in outcome.reason
        assert time.monotonic() - began < LATE

    @pytest.mark.parametrize("status", [301, 302, 307, 401, 403, 404, 405])
    def test_what_asking_again_does_not_mend_is_asked_once(self, status: int) -> None:
        answer = respond(status, "go away", Location="https://u:secret@elsewhere/x?token=secret")
        with receiver(answer) as server:
            outcome = push(Pushgateway(server.url, GROUP))
            assert len(server.requests) == 1
        assert not outcome.delivered
        assert outcome.reason.startswith(f"answers {status} So: go away (to https://elsewhere/...)")
        assert ("root" in outcome.reason) == (status == 404)
        assert ("TOKEN_FILE" in outcome.reason) == (status == 401)

    def test_an_interim_answer_is_no_delivery(self) -> None:
        refusal = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
        with receiver(raw(b"HTTP/1.1 103 Early Hints\r\n\r\n" + refusal), respond(200)) as server:
            gateway = Pushgateway(server.url, GROUP)
            assert push(gateway) == SinkResult(False, "answers 103 Early Hints")
            assert push(gateway) == DELIVERED

    def test_nobody_listens(self) -> None:
        outcome = push(Pushgateway(f"{HOST}:{free_port()}", GROUP), seconds=SOON)
        assert outcome == SinkResult(False, "cannot be reached: Connection refused")

    def test_a_name_that_nobody_has(self) -> None:
        outcome = push(Pushgateway("nobody.invalid", GROUP), seconds=SOON)
        assert not outcome.delivered
        assert "is not found" in outcome.reason or "in time" in outcome.reason

    def test_a_resolver_that_hangs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def slow(*_: object, flags: int = 0, **_options: object) -> None:
            if not flags & socket.AI_NUMERICHOST:
                released.wait(60)
            raise socket.gaierror(socket.EAI_NONAME, "nobody has it")

        released = Event()
        monkeypatch.setattr(socket, "getaddrinfo", slow)
        began = time.monotonic()
        outcome = push(Pushgateway("slow.invalid", GROUP), seconds=SOON)
        released.set()
        assert outcome == SinkResult(False, "does not answer in time")
        assert time.monotonic() - began < LATE

    def test_a_deadline_that_is_over(self) -> None:
        with receiver(respond(200)) as server:
            assert not push(Pushgateway(server.url, GROUP), seconds=-1).delivered
            assert server.requests == []

    def test_a_connection_that_was_closed_meanwhile_is_opened_again_at_once(self) -> None:
        with receiver(leave) as server:
            gateway = Pushgateway(server.url, GROUP)
            for pushes in range(1, 4):
                assert push(gateway, seconds=PATIENT) == DELIVERED
                assert server.connections == pushes

    def test_an_answer_to_what_was_not_read_is_heard(self) -> None:
        large = Family(Definition("x_c_total", "counter", "h" * 20_000_000), {(): [NOW, 1.0]})
        answer = raw(b"HTTP/1.1 404 So\r\nContent-Length: 8\r\n\r\nnot here")
        with receiver(answer, longest=0) as server:
            outcome = push(Pushgateway(server.url, GROUP), large)
        assert outcome.reason.startswith("answers 404 So: not here; ")

    def test_a_fault_of_ours_does_not_leave_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        gateway = Pushgateway(f"{HOST}:1", GROUP)

        def fail(*_: object) -> None:
            raise RuntimeError("secret")

        monkeypatch.setattr(gateway._connection, "exchange", fail)
        assert push(gateway) == SinkResult(False, "pushing failed by RuntimeError")

    def test_a_second_push_at_the_same_time_waits_no_longer_than_its_deadline(self) -> None:
        with receiver(hang) as server, ThreadPoolExecutor(2) as pool:
            gateway = Pushgateway(server.url, GROUP)
            first = pool.submit(push, gateway, seconds=3.0)
            while not server.requests:
                time.sleep(0.01)
            second = pool.submit(push, gateway, seconds=0.1)
            assert second.result() == SinkResult(False, "another push is still going on")
            assert not first.result().delivered

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
    def test_a_forked_child_does_not_write_into_its_parents_connection(self) -> None:
        with receiver(respond(200)) as server:
            gateway = Pushgateway(server.url, GROUP)
            assert push(gateway) == DELIVERED
            child = run_python("-c", FORKED, server.url)
            assert child.returncode == 0, child.stderr
            assert server.connections == 3

    def test_a_push_while_the_interpreter_exits(self) -> None:
        with receiver(respond(200)) as server:
            ended = run_python("-c", EXITING, str(server.port))
            assert ended.returncode == 0, ended.stderr
            assert len(server.requests) == 1


EXITING = """
import atexit, sys, time
from typedprom.delivery.sinks.pushgateway import Pushgateway
from typedprom.metrics.definition import Definition, Family

gateway = Pushgateway("localhost:" + sys.argv[1], {"job": "j"})
gateway.prepare()
family = Family(Definition("x_c_total", "counter", "h"), {(): [1.0, 1.0]})
atexit.register(lambda: gateway.push([family], time.monotonic() + 30))
"""

FORKED = """
import os, sys, time
from typedprom.delivery.sinks.pushgateway import Pushgateway
from typedprom.metrics.definition import Definition, Family

gateway = Pushgateway(sys.argv[1], {"job": "j"})
family = Family(Definition("x_c_total", "counter", "h"), {(): [1.0, 1.0]})
def pushed():
    return gateway.push([family], time.monotonic() + 30).delivered
assert pushed()
child = os.fork()
if not child:
    os._exit(0 if pushed() else 1)
assert os.waitpid(child, 0)[1] == 0
assert pushed()
"""

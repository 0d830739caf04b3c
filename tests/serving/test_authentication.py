"""Basic authentication: who comes in, who does not, and what the latter cost the former."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bcrypt
import pytest

import typedprom
from tests.serving.asking import Fixed, ask, basic
from tests.serving.web_files import hash_of, web_config
from tests.support.certificates import authority
from tests.support.needs import require_program
from tests.support.programs import run_python
from typedprom.serving.server import RENDERS, MetricsServer
from typedprom.serving.web_config import WAITING, WAITING_OF_ADDRESS

HOST = "127.0.0.1"
RIGHT = basic("prometheus", "secret")
WRONG = basic("prometheus", "guess")

TASKS = Path("/proc/self/task")  # all threads of this process


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return web_config(tmp_path / "web.yml", prometheus="secret", other="secret, too")


@pytest.fixture
def server(file: Path) -> Iterator[MetricsServer]:
    with MetricsServer(HOST, 0, Fixed(b"x 1\n"), health="/healthz", web_config=file) as server:
        yield server


def test_with_the_right_password(server: MetricsServer) -> None:
    for header in (RIGHT, RIGHT, basic("other", "secret, too"), RIGHT):
        response, body = ask(server, Authorization=header)
        assert (response.status, body) == (200, b"x 1\n")
    response, body = ask(server, "HEAD", Authorization=RIGHT)
    assert (response.status, body) == (200, b"")
    assert ask(server, "POST", Authorization=RIGHT)[0].status == 405
    assert ask(server, path="/other", Authorization=RIGHT)[0].status == 404


@pytest.mark.parametrize("path", ["/metrics", "/", "/healthz/", "/metrics?name[]=x"])
@pytest.mark.parametrize(
    "header",
    [
        None,
        WRONG,
        basic("nobody", "secret"),
        basic("other", "secret"),
        basic("", ""),
        "Basic",
        "Basic !",
        RIGHT.replace("Basic", "Bearer"),
        f"{RIGHT},{RIGHT}",
        basic("x" * 5000, "y" * 5000),
    ],
    ids=lambda header: str(header)[:30],
)
def test_without_it(server: MetricsServer, path: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    response, body = ask(server, path=path, tls=None, **headers)
    assert (response.status, body) == (401, b"authentication required\n")
    assert response.headers["WWW-Authenticate"] == 'Basic realm="metrics"'


def test_head_and_post_without_it(server: MetricsServer) -> None:
    response, body = ask(server, "HEAD")
    assert (response.status, body) == (401, b"")
    assert ask(server, "POST")[0].status == 401


def test_a_header_sent_twice_is_refused(server: MetricsServer) -> None:
    with socket.create_connection((server.addr, server.port), timeout=20) as client:
        line = f"Authorization: {RIGHT}\r\n"
        client.sendall(f"GET /metrics HTTP/1.1\r\n{line}{line}\r\n".encode())
        assert client.recv(100).startswith(b"HTTP/1.1 401 ")


def test_a_header_that_is_huge(server: MetricsServer) -> None:
    response, _ = ask(server, Authorization="Basic " + "A" * 15_000)
    assert response.status == 401
    response, _ = ask(server, Authorization="Basic " + "A" * 17_000)
    assert response.status == 431
    assert ask(server, Authorization=RIGHT)[0].status == 200


def test_health_is_open_to_everybody(server: MetricsServer) -> None:
    assert ask(server, path="/healthz")[1] == b"ok\n"
    assert ask(server, path="/healthz", Authorization=WRONG)[1] == b"ok\n"


@pytest.mark.usefixtures("eager", "lenient")
def test_a_file_that_changes_counts_at_once(
    server: MetricsServer, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert ask(server, Authorization=RIGHT)[0].status == 200
    web_config(file, prometheus="another secret")
    assert ask(server, Authorization=RIGHT)[0].status == 401
    assert ask(server, Authorization=basic("prometheus", "another secret"))[0].status == 200
    file.write_text("basic_auth_users:\n  prometheus: hunter2\n", encoding="utf-8")
    for _ in range(3):
        assert ask(server, Authorization=RIGHT)[0].status == 401
        assert ask(server, Authorization=basic("prometheus", "another secret"))[0].status == 200
    (message,) = caplog.messages
    words = f"the previous settings stay in use: {file}:2: expected a bcrypt hash, as `htpasswd"
    assert message.startswith(words)
    for secret in ("hunter2", "another"):
        assert secret not in message
    web_config(file, prometheus="secret")
    assert ask(server, Authorization=RIGHT)[0].status == 200


def test_a_wrong_file_is_an_error_at_once_and_takes_no_port(tmp_path: Path) -> None:
    before = {*TASKS.glob("*")}
    with pytest.raises(ValueError, match="absent cannot be read"):
        typedprom.serve(0, web_config=tmp_path / "absent")
    assert {*TASKS.glob("*")} <= before


class Hashing:
    """`bcrypt.checkpw`, which waits until it may go on, and counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.entered = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.count = 0
        self._really = bcrypt.checkpw
        monkeypatch.setattr(bcrypt, "checkpw", self.check)

    def check(self, password: bytes, hash: bytes) -> bool:
        self.count += 1
        self.entered.release()
        self.go_on.wait(30)
        return self._really(password, hash)


def test_a_password_is_hashed_once(server: MetricsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    hashing = Hashing(monkeypatch)
    hashing.go_on.set()
    for _ in range(5):
        assert ask(server, Authorization=RIGHT)[0].status == 200
    assert hashing.count == 1
    for expected in (2, 3):
        assert ask(server, Authorization=WRONG)[0].status == 401
        assert hashing.count == expected


def test_who_guesses_does_not_keep_others_waiting(
    server: MetricsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(server, Authorization=RIGHT)[0].status == 200
    hashing = Hashing(monkeypatch)
    guesses = 40
    with ThreadPoolExecutor(guesses) as pool:
        try:
            asked = [pool.submit(ask, server, Authorization=WRONG) for _ in range(guesses)]
            assert hashing.entered.acquire(timeout=20)
            for _ in range(10):  # all the while a guess is hashed
                assert ask(server, Authorization=RIGHT)[0].status == 200
                assert ask(server, path="/healthz")[0].status == 200
                assert ask(server)[0].status == 401
        finally:
            hashing.go_on.set()
        found = [guess.result()[0] for guess in asked]
    refused = [response for response in found if response.status == 401]
    busy = [response for response in found if response.status == 429]
    assert len(refused) + len(busy) == guesses
    assert len(busy) >= guesses - WAITING
    assert all(int(response.headers["Retry-After"]) > 0 for response in busy)
    assert hashing.count == len(refused) >= WAITING_OF_ADDRESS
    assert ask(server, Authorization=WRONG)[0].status == 401  # there is room again


class Hanging:
    """A source whose renderings hang until they may go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.entered = threading.Semaphore(0)

    def render(self, accept: str, names: Sequence[str]) -> tuple[str, bytes]:
        del accept, names
        self.entered.release()
        self.go_on.wait(30)
        return "text/plain", b"x 1\n"


def test_scrapes_that_hang_keep_nothing_else_waiting(file: Path) -> None:
    source = Hanging()
    with (
        MetricsServer(HOST, 0, source, health="/healthz", web_config=file) as server,
        ThreadPoolExecutor(RENDERS) as pool,
    ):
        try:
            assert ask(server, path="/other", Authorization=RIGHT)[0].status == 404
            hung = [pool.submit(ask, server, Authorization=RIGHT) for _ in range(RENDERS)]
            for _ in range(RENDERS):
                assert source.entered.acquire(timeout=10)
            assert ask(server, path="/healthz")[1] == b"ok\n"
            assert ask(server, path="/other")[0].status == 401
            for path in ("/metrics", "/other"):
                assert ask(server, path=path, Authorization=WRONG)[0].status == 401
            assert ask(server, path="/other", Authorization=RIGHT)[0].status == 404
        finally:
            source.go_on.set()
        assert [scrape.result()[0].status for scrape in hung] == [200] * RENDERS


@pytest.mark.usefixtures("lenient")
def test_passwords_in_the_clear_are_said_once(
    file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    everywhere = "0.0.0.0"  # noqa: S104 - where others can see it
    issued = authority(tmp_path).issue("server")
    secure = web_config(tmp_path / "secure.yml", issued, prometheus="secret")
    for quiet in (
        MetricsServer(HOST, 0, Fixed(b""), web_config=file),
        MetricsServer("localhost", 0, Fixed(b""), web_config=file),
        MetricsServer(everywhere, 0, Fixed(b""), web_config=secure),
        MetricsServer(everywhere, 0, Fixed(b"")),
    ):
        quiet.close()
    assert caplog.messages == []
    for _ in range(2):
        with MetricsServer("", 0, Fixed(b""), web_config=file) as server:
            assert ask(server, Authorization=RIGHT)[0].status == 200
    (message,) = caplog.messages
    assert message.startswith("passwords for 0.0.0.0:")
    assert "serve with TLS" in message


def test_closing_ends_all_threads(file: Path) -> None:
    if not TASKS.exists():
        pytest.skip("needs /proc")
    before = {*TASKS.iterdir()}
    with MetricsServer(HOST, 0, Fixed(b""), web_config=file) as server:
        assert ask(server, Authorization=RIGHT)[0].status == 200
        assert {*TASKS.iterdir()} - before
    deadline = time.monotonic() + 10
    while {*TASKS.iterdir()} - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not {*TASKS.iterdir()} - before


def test_nothing_secret_in_a_repr(server: MetricsServer) -> None:
    assert ask(server, Authorization=RIGHT)[0].status == 200
    assert server._auth is not None
    for one in (server, server._settings.current(), vars(server), vars(server._auth)):
        assert "secret" not in repr(one)
        assert "$2" not in repr(one)


@pytest.mark.parametrize("ending", ["", "server.close()"])
def test_a_program_ends_while_passwords_are_hashed(ending: str, tmp_path: Path) -> None:
    file = tmp_path / "web.yml"
    file.write_text(f"basic_auth_users: {{prometheus: {hash_of('secret', 6)}}}", encoding="utf-8")
    for _ in range(3):  # each would almost always abort
        done = run_python("-W", "error", "-c", ENDING.format(file=str(file), ending=ending))
        assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


ENDING = """
import socket, threading, time, typedprom
from pathlib import Path
server = typedprom.serve(0, web_config=Path({file!r}))
guess = b"GET /metrics HTTP/1.1\\r\\nAuthorization: Basic cHJvbWV0aGV1czpndWVzcw==\\r\\n\\r\\n"
def go():
    try:
        while True:
            with socket.create_connection((server.addr, server.port)) as client:
                client.sendall(guess)
                client.recv(100)
    except OSError:
        pass
for _ in range(2):
    threading.Thread(target=go, daemon=True).start()
time.sleep(0.3)
{ending}
"""


def test_curl_with_user_and_tls(tmp_path: Path) -> None:
    curl = require_program("curl")
    ours = authority(tmp_path)
    file = web_config(tmp_path / "web.yml", ours.issue("server"), prometheus="secret")
    with MetricsServer(HOST, 0, Fixed(b"x 1\n"), web_config=file) as server:

        def curled(*more: str) -> str:
            trusted = ("--cacert", str(ours.own.certificate))
            form = "%{http_code} %{ssl_verify_result}"
            command = [curl, "-sS", "--max-time", "20", *trusted, *more, "-w", form, server.url]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            return done.stdout

        assert curled("-u", "prometheus:secret") == "x 1\n200 0"
        assert curled("-u", "prometheus:guess") == "authentication required\n401 0"
        assert curled("--anyauth", "-u", "prometheus:secret").endswith("x 1\n200 0")
        assert curled().endswith("401 0")

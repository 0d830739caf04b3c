"""Two machines on one folder, with a Pushgateway: one delivers, and the next goes on after it."""

from __future__ import annotations

from functools import partial
from http.client import HTTPConnection
from pathlib import Path

from tests.delivery.gateway import KEXP, RECORD_FIVE, Delivering, held
from tests.support.namespaces import booted

USED = "a program on another machine uses it"
BOOT_ID = "11111111-2222-3333-4444-555555555555\n"
LIVES = RECORD_FIVE + "import time; print(flush=True); time.sleep(60)"
SERVES = f"""
{RECORD_FIVE}
import typedprom, urllib.request
with typedprom.serve(0) as server:
    print(urllib.request.urlopen(server.url).read().decode())
"""


SERVE = "import sys; from typedprom.delivery.cli import main; sys.exit(main({!r}))"


def scraped(url: str) -> tuple[int, str]:
    """What an exporter answers."""
    connection = HTTPConnection(url.split("/")[2], timeout=10)
    connection.request("GET", "/metrics")
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def test_the_first_machine_delivers_alone_and_the_next_goes_on(
    delivering: Delivering, tmp_path: Path
) -> None:
    (tmp_path / "boot_id").write_text(BOOT_ID)
    other = partial(booted, tmp_path / "boot_id")
    spool = str(delivering.spool)
    with delivering.start(LIVES) as first:
        assert first.stdout is not None
        first.stdout.readline()
        done = delivering.spool_command("deliver", spool)
        assert (done.returncode, done.stderr) == (0, "")
        with delivering.start(SERVES, other) as second:
            output, errors = second.communicate(timeout=60)
        assert (second.returncode, errors.count("\n")) == (0, 1)
        assert USED in errors
        assert f"{KEXP} 5.0\n" in output  # its own
        assert "typedprom_spool_runs" not in output
        assert held(delivering.port)[KEXP] == 5
        with delivering.start(SERVE.format(["serve", spool, "--port", "0"]), other) as serving:
            assert serving.stdout is not None
            url = serving.stdout.readline().split()[-1]
            assert scraped(url) == (500, "the metrics cannot be read: OtherKernelError\n")
            first.kill()
            first.wait(20)
            status, text = scraped(url)
            assert (status, f"{KEXP} 5.0\n" in text) == (200, True)
            serving.kill()
    for times in (2, 3):
        with delivering.start(RECORD_FIVE, other) as next_one:
            assert next_one.communicate(timeout=60) == ("", "")
        assert held(delivering.port)[KEXP] == 5 * times
    delivering.run(RECORD_FIVE)
    assert held(delivering.port)[KEXP] == 20

"""Importing the exposition while another thread imports prometheus_client."""

from __future__ import annotations

import pytest

from tests.support.programs import run_python

TOGETHER = """
import sys, threading
sys.setswitchinterval(1e-6)
together = threading.Barrier(2)
failures = []
def importing(name):
    try:
        together.wait()
        __import__(name)
    except BaseException as error:
        failures.append(error)
names = ("prometheus_client", sys.argv[1])
threads = [threading.Thread(target=importing, args=(name,)) for name in names]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(failures)
"""


@pytest.mark.parametrize("attempt", range(4))
@pytest.mark.parametrize("name", ["renderer", "durable", "registry"])
def test_no_thread_gets_half_a_module(name: str, attempt: int) -> None:
    done = run_python("-W", "error", "-c", TOGETHER, f"typedprom.exposition.{name}")
    assert (done.stdout, done.stderr) == ("[]\n", ""), attempt

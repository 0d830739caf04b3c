"""A receiver for each test, and none of the exporter's own variables."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.delivery.otlp.receiver import Receiver, answering
from typedprom.core.misuse import forget


@pytest.fixture(autouse=True)
def _everything_is_reported_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost,receiver.invalid")
    undo = forget()
    yield
    undo()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    with answering(receiver.take) as receiver.port:
        yield receiver

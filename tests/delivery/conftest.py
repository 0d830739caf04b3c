"""A Pushgateway for each module of tests that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.delivery.gateway import Delivering
from tests.support.needs import require_servers
from tools.running import pushgateway
from typedprom.delivery import http_client


@pytest.fixture(autouse=True)
def closed_connections() -> Iterator[None]:
    """Close what a test leaves open: Python warns of sockets in cycles, as those of errors are."""
    yield
    for connection in [*http_client._open]:
        connection.shut()


@pytest.fixture
def delivering(tmp_path: Path) -> Iterator[Delivering]:
    """Programs that deliver to an empty gateway."""
    require_servers()
    with pushgateway(tmp_path) as server:
        yield Delivering(server.port, tmp_path / "state")


@pytest.fixture
def nowhere(tmp_path: Path) -> Delivering:
    """Programs that spool, with a gateway that nobody needs."""
    return Delivering(
        9,
        tmp_path / "state",
        {
            "SMS_PUSHGATEWAY_URL": "",
            "TYPEDPROM_SPOOL_DIR": str(tmp_path / "state" / "typedprom" / "sms"),
        },
    )

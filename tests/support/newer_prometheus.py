"""What tests need that ask trixie's Prometheus: that it is there, or a loud word that it is not."""

from __future__ import annotations

import os

import pytest

from tests.support.servers import require_servers
from tools.servers import missing_newer


def require_newer_prometheus() -> None:
    """Skip the test where any server or trixie's Prometheus is not unpacked; under CI=true fail."""
    require_servers()
    if not missing_newer():
        return
    message = "needs trixie's Prometheus, which is not unpacked: run `make servers`"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)

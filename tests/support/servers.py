"""What tests need of the real servers: that they are there, or a loud word that they are not."""

from __future__ import annotations

import os

import pytest

from tools.servers import missing


def require_servers() -> None:
    """Skip the test where the servers are not unpacked; under CI=true fail it."""
    if not (absent := missing()):
        return
    message = f"needs {', '.join(absent)}, which are not unpacked: run `make servers`"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)

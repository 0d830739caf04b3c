"""What the tests of serving share: misuse as in production, files that are looked at each time."""

import pytest

from typedprom.core.misuse import forget
from typedprom.serving import reload


@pytest.fixture
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Misuse is logged, as in production, and nothing has been logged yet."""
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    forget()


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are looked at each time."""
    monkeypatch.setattr(reload, "LOOK_SECONDS", 0.0)

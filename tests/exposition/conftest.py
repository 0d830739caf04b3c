"""What the tests of the exposition share: misuse as in production."""

import pytest

from typedprom.core.misuse import forget


@pytest.fixture
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Misuse is logged, as in production, and nothing has been logged yet."""
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    forget()

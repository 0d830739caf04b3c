"""Fixtures for the tests of the runtime: an empty catalog and the two modes of misuse."""

import pytest

from typedprom import Catalog
from typedprom.core.misuse import forget


@pytest.fixture
def catalog() -> Catalog:
    """A catalog without metrics, not registered."""
    return Catalog(namespace="fresh", title="Fresh", description="", interface=1)


@pytest.fixture
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Misuse is logged, as in production; nothing has been logged yet."""
    monkeypatch.setenv("TYPEDPROM_STRICT", "0")
    forget()


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Misuse raises."""
    monkeypatch.setenv("TYPEDPROM_STRICT", "1")

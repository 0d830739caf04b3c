"""Restores signals before any test starts programs."""

from proofs.support.programs import restore_signals


def pytest_configure() -> None:
    """Restore signals that `nohup` and background shells ignore."""
    restore_signals()

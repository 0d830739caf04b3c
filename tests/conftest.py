"""What all tests need before they start programs."""

from proofs.support.programs import hear_signals


def pytest_configure() -> None:
    """Let the tests pass under `nohup` and in the background of a shell too."""
    hear_signals()

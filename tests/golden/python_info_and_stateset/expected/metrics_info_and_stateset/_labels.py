"""The labels: types and values of closed labels, and the label objects."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, TypeGuard

from typedprom import ClosedLabel, OpenLabel, PatternLabel

VERSION_LABEL: Final = PatternLabel(
    "version",
    help="The version that is running.",
    pattern="[0-9]+\\.[0-9]+",
    budget=10,
)

Channel: TypeAlias = Literal["stable", "canary"]
"""How it was rolled out."""

CHANNEL_VALUES: Final[tuple[Channel, ...]] = ("stable", "canary")


def is_channel(value: str) -> TypeGuard[Channel]:
    """Whether `value` is one of `CHANNEL_VALUES`; narrows its type."""
    return value in CHANNEL_VALUES


CHANNEL_LABEL: Final = ClosedLabel("channel", help="How it was rolled out.", values=CHANNEL_VALUES)

WORKER_LABEL: Final = OpenLabel("worker", help="The worker's name.", budget=20)

WorkersPhase: TypeAlias = Literal["starting", "serving", "draining"]
"""What the service is doing."""

WORKERS_PHASE_VALUES: Final[tuple[WorkersPhase, ...]] = ("starting", "serving", "draining")


def is_workers_phase(value: str) -> TypeGuard[WorkersPhase]:
    """Whether `value` is one of `WORKERS_PHASE_VALUES`; narrows its type."""
    return value in WORKERS_PHASE_VALUES


WorkersWorkerPhase: TypeAlias = Literal["idle", "busy"]
"""What each worker is doing."""

WORKERS_WORKER_PHASE_VALUES: Final[tuple[WorkersWorkerPhase, ...]] = ("idle", "busy")


def is_workers_worker_phase(value: str) -> TypeGuard[WorkersWorkerPhase]:
    """Whether `value` is one of `WORKERS_WORKER_PHASE_VALUES`; narrows its type."""
    return value in WORKERS_WORKER_PHASE_VALUES

"""The way in for commands that run and end. What they need is imported when they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typedprom.delivery.job import Job


def job(command: str) -> Job:
    """Record that a command runs and how it ends, and deliver that before a signal ends it.

    A `with` or `async with` block, or a decorator of functions and coroutine functions, around
    everything the command does:

        with typedprom.job("ingester"):
            ...
    """
    from typedprom.delivery.job import Job

    return Job(command)

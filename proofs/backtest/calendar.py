"""When a simulation runs: its clock, the schedule of the commands, and the times of scrapes."""

from __future__ import annotations

from typing import Final

from sms_metrics_generated import PipelineCommand

BEGAN: Final = 1_767_571_200  # 2026-01-05 00:00 UTC, a Monday
SECOND, MINUTE, HOUR = 1, 60, 3600
SCRAPED_EVERY: Final = 30
SCHEDULE: Final = HOUR
# The minute of the hour at which cron starts a command.
CRONTAB: Final[dict[PipelineCommand, int]] = {
    "ingester": 2,
    "parse": 12,
    "normalize": 17,
    "quality-gate": 22,
    "enrich": 27,
    "conflation": 32,
}
# Hours of jobs before the first scrape: what they counted then is no increase.
HISTORY: Final = 12


def next_start(command: PipelineCommand, after: float) -> float:
    """Return when cron starts the command next, at or after that Unix time."""
    first = BEGAN + CRONTAB[command] * MINUTE
    passed = max(0.0, after - first)
    return first + -(-passed // SCHEDULE) * SCHEDULE

"""What the catalog states about the system: ratios, schedules, severities, links."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from typedprom_codegen.diagnostics import Span
from typedprom_codegen.ir.field_spans import FieldSpans
from typedprom_codegen.ir.metric import Metric


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often a program runs again: the one whose series have this value of a label."""

    label: str  # the name of a label: of the catalog, or `job`
    value: str
    every: int  # seconds from one run to the next
    span: Span  # of the value's key

    @property
    def late_after(self) -> int:
        """The seconds since its last run after which it is late."""
        return late_after(self.every)


def late_after(every: int) -> int:
    """The seconds since its last run after which a program is late: 2.25 of its intervals.

    It may miss one run, and has some time for the next.
    """
    return every * 9 // 4


def known_for(every: int) -> int:
    """The seconds for which a series counts that is gone: a week, or four intervals.

    A gateway may have restarted empty.
    """
    return max(7 * 86400, 4 * every)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Counters of what failed, among counters of all that happened.

    `good` or `whole` is empty: the whole is what failed and what succeeded, or is counted itself.
    """

    key: str  # with the component's prefix: "sources.requests"
    local_key: str  # as in its file: "requests"
    bad: tuple[Metric, ...]
    good: tuple[Metric, ...]
    whole: tuple[Metric, ...]
    span: Span  # of its key; of the key of the failures where it was found by itself
    where: FieldSpans = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AlertSeverity:
    """How urgent an alert is. A catalog lists them, the most urgent first."""

    name: str  # the value of the label `severity`: "page"
    help: str  # "wakes somebody"


SEVERITIES: Final = (
    AlertSeverity("page", "Wakes somebody."),
    AlertSeverity("ticket", "Is looked at on the next working day."),
    AlertSeverity("info", "Is only shown."),
)
"""The severities of a catalog that lists none."""


@dataclass(frozen=True, slots=True)
class Links:
    """Patterns of addresses, which alerts link."""

    runbooks: str | None = None  # with `{alert}` for the name of the alert
    dashboards: str | None = None  # with `{dashboard}` for the uid of a dashboard
    uid_prefix: str = ""  # of all dashboards, as it is configured


NO_LINKS: Final = Links()

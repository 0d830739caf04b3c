"""The increase of a counter that counts births of series, and the markers that it needs.

`increase` compares samples, so the first event of a series is invisible to it. Here the last value
in the window is compared with the last one before it, and with zero where the series was born
since. That it was born, and not only unseen, is known by two markers that rules record: whether
Prometheus was watching, and which targets were down. `increase` remains where a counter was reset,
and where births cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from typedprom_codegen.alerting import record_names
from typedprom_codegen.alerting.rule_model import RecordingRule
from typedprom_codegen.ir import Catalog, Schedule, known_for, late_after
from typedprom_codegen.promql.nodes.number import duration
from typedprom_codegen.queries.checked import QueryOptions

CREATED_TIMESTAMPS: Final = "created-timestamp-zero-ingestion"
_SHORTEST: Final = 3600
_SHORTEST_MARGIN: Final = 300
GATEWAY_PACK: Final = "pushgateway"
"""The pack that has the metric by which gateways are known."""

_GATEWAY: Final = "pushgateway_build_info"


@dataclass(frozen=True, slots=True)
class Births:
    """How the births of series are told: how long before a window something is looked for."""

    namespace: str
    every: int  # seconds between the runs of the rarest program; 0 without programs
    lookback: int  # seconds
    margin: int  # seconds that series are looked for longer than their targets
    outage: int  # seconds for which a Pushgateway had been down if it may restart empty
    are_ingested: bool  # Prometheus stores a zero when a series is born

    @property
    def series_lookback(self) -> int:
        """The seconds before a window in which the last value of a series is looked for."""
        return self.lookback + self.margin

    @property
    def watched(self) -> str:
        """The name of the marker of times at which Prometheus was watching."""
        return record_names.watched(self.namespace, self.lookback)

    @property
    def unreachable(self) -> str:
        """The name of the marker of targets that were down."""
        return record_names.unreachable(self.namespace, self.lookback)

    @property
    def gateways_known(self) -> int:
        """The seconds since its last scrape after which a Pushgateway is given up."""
        return known_for(self.every)

    @property
    def gateways(self) -> str:
        """The Pushgateways that are known: for longer than a look-back."""
        return f"last_over_time({_GATEWAY}[{duration(self.gateways_known)}])"

    @property
    def unreached_gateways(self) -> str:
        """The known Pushgateways that are down; all of them if none is scraped.

        None is where the target is gone, as that of a pod that crashed is, and before the first
        scrape of a Prometheus that was away.
        """
        down = f"up == 0 and on (job, instance) {self.gateways}"
        return f"{down}\nor {self.gateways} unless on () {_GATEWAY}"

    def events(self, series: str, window: int) -> str:
        """How many events a selector's counters counted: a whole number, births included.

        `increase` extrapolates to the ends of its window: one event is 1.003 of them, which is more
        than one. It never takes anything away, so the whole number below is the nearest.
        """
        over = duration(window)
        return self._with_births(series, over, f"floor(increase({series}[{over}]))")

    def increase(self, series: str, window: int) -> str:
        """The increase of what a selector selects, which counts births."""
        return self.increase_over(series, duration(window))

    def increase_over(self, series: str, over: str) -> str:
        """The increase over a window that PromQL or Grafana can read."""
        return self._with_births(series, over, f"increase({series}[{over}])")

    def _with_births(self, series: str, over: str, plain: str) -> str:
        if self.are_ingested:
            return plain
        before = duration(self.series_lookback)
        last = f"last_over_time({series}[{over}])"
        return (
            "(\n"
            "  (\n"
            f"    {last} - last_over_time({series}[{before}] offset {over})\n"
            f"    or {last} and on () {self.watched} offset {over}\n"
            f"      unless on (job, instance) {self.unreachable} offset {over}\n"
            "  ) >= 0\n"
            f"  unless resets({series}[{over}]) > 0\n"
            ")\n"
            f"or {plain}"
        )

    def markers(self) -> tuple[RecordingRule, ...]:
        """The rules that record the markers."""
        if self.are_ingested:
            return ()
        ago = duration(self.lookback)
        down = f"max_over_time(up[{duration(self.outage)}] offset {ago}) == 0"
        watched = (
            f"group(up offset {ago})\nunless on () ({down} and on (job, instance) {self.gateways})"
        )
        unreachable = f"max by (job, instance) (max_over_time(up[{ago}])) == 0"
        return (
            RecordingRule(self.unreachable, unreachable, (), None),
            RecordingRule(self.watched, watched, (), None),
        )


def births(catalog: Catalog, options: QueryOptions) -> Births:
    """How births are told in this catalog's series."""
    every = longest(catalog.schedules)
    interval = options.evaluation_interval
    margin = max(_SHORTEST_MARGIN, 3 * interval)  # a marker can be one interval old
    return Births(
        namespace=catalog.namespace,
        every=every,
        lookback=max(_SHORTEST, late_after(every)),
        margin=margin,
        outage=margin - 2 * interval,
        are_ingested=CREATED_TIMESTAMPS in options.features,
    )


def longest(schedules: Iterable[Schedule]) -> int:
    """The seconds between the runs of the rarest program; 0 without programs."""
    return max((schedule.every for schedule in schedules), default=0)

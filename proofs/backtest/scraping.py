"""What Prometheus scrapes in a simulation, from the gateway and from the service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from proofs.backtest.calendar import BEGAN, HOUR, SCRAPED_EVERY
from proofs.backtest.exposed import Moment, Series
from proofs.backtest.incidents import Incident

_GATEWAY: Final = 'job="pushgateway",instance="gateway:9091"'
_SERVICE: Final = 'job="sms-serve",instance="host-1:9464"'
_OF_GATEWAY: Final = {f'pushgateway_build_info{{{_GATEWAY},version="1.5.1"}}': "1"}
_RESTARTS: Final = 3 * HOUR  # after a command is gone
_SECONDS: Final = 7  # after the minute and the half minute


@dataclass(slots=True)
class Gateway:
    """A Pushgateway that keeps the last push until it restarts."""

    pushes: Sequence[Moment]
    incidents: Sequence[Incident]

    def scrapes(self, until: float) -> Iterator[Moment]:
        """Yield what Prometheus has after each scrape."""
        coming = iter([*self.pushes, Moment(float("inf"), {})])
        push, kept = next(coming), Moment(0, {})
        for at in range(BEGAN + _SECONDS, int(until), SCRAPED_EVERY):
            while push.at <= at:
                push, kept = next(coming), push
            yield self._seen(at, kept)

    def _seen(self, at: float, kept: Moment) -> Moment:
        if any(one.active(at) for one in self.of("the network is away")):
            return Moment(at, _up(_GATEWAY, "0"))
        lost = any(kept.at < restarted <= at for restarted in self._restarts())
        return Moment(at, {**({} if lost else kept.series), **_OF_GATEWAY, **_up(_GATEWAY, "1")})

    def _restarts(self) -> Iterator[float]:
        yield from (one.begins for one in self.of("the gateway restarts empty"))
        yield from (one.begins + _RESTARTS for one in self.of("a command is gone"))

    def of(self, kind: str) -> Iterator[Incident]:
        """Yield the incidents of that kind."""
        return (one for one in self.incidents if one.kind.name == kind)


def of_service(scrapes: Sequence[Moment], begins: float, until: float) -> Iterator[Moment]:
    """Yield what Prometheus has after each scrape of the service, also while it is down."""
    answers = {int(one.at): one.series for one in scrapes}
    for at in range(int(begins), int(until), SCRAPED_EVERY):
        series = answers.get(at)
        yield Moment(at, _up(_SERVICE, "0") if series is None else {**series, **_up(_SERVICE, "1")})


def _up(labels: str, value: str) -> Series:
    return {f"up{{{labels}}}": value}

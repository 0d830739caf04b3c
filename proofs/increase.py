"""The value of `increase()` for three short runs that count five each, scraped every five seconds.

It is evaluated in each second between two scrapes. At the time of a scrape it returns the counted
value. Later it extrapolates over the seconds since that scrape, less for a longer range.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from proofs.programs.names import COUNTED
from proofs.support.libraries import COUNTER, OURS, Host, Library, host
from proofs.support.section import Section
from proofs.support.tables import table
from tools.promql_api import Api, wait_until
from tools.running import prometheus, pushgateway
from tools.servers import Build

RUNS = 3
SCRAPE_SECONDS = 5
BETWEEN_SECONDS = 7.0  # between runs, so that each is scraped
RANGE_SECONDS = 75  # from the first run to the queries
CREATED = "created-timestamp-zero-ingestion"
LIBRARIES = (*OURS, Library.CLIENT, Library.PUSHER)  # the libraries that push to a gateway


@dataclass(frozen=True, slots=True)
class Scraper:
    """A Prometheus, with the least and greatest value that it may return."""

    name: str
    build: Build
    features: Sequence[str]
    least: float
    most: float


NEWER = Scraper(f"trixie's, `{CREATED}`", Build.NEWER, (CREATED,), 14.5, 16.5)
STABLE = Scraper("bookworm's", Build.STABLE, (), 10.0, 16.5)


@dataclass(frozen=True, slots=True)
class Increase:
    """The values that one Prometheus returned for one library."""

    scraper: Scraper
    library: Library
    values: Sequence[float]

    def cell(self) -> str:
        """Return the range of the values as text of a table cell."""
        least, most = f"{min(self.values):.1f}", f"{max(self.values):.1f}"
        return least if least == most else f"{least}–{most}"

    def failures(self) -> list[str]:
        """Return the violated promises; peers do not promise anything here."""
        fits = all(self.scraper.least <= value <= self.scraper.most for value in self.values)
        if fits or self.library not in OURS:
            return []
        name = self.library.value
        return [f"increase() with {name}, {self.scraper.name}, is {self.cell()}"]


def measure(
    scrapers: Sequence[Scraper] = (NEWER, STABLE), libraries: Sequence[Library] = LIBRARIES
) -> list[Increase]:
    """Run each library's program three times while the scrapers scrape one gateway."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="increase-")))
        gateway = stack.enter_context(pushgateway(folder))
        apis = {
            scraper: stack.enter_context(_scraping(scraper, gateway.port, folder))
            for scraper in scrapers
        }
        began = time.time()
        hosts = [host(one, f"short-{n}", gateway.port, folder) for n, one in enumerate(libraries)]
        for _ in range(RUNS):
            for one in hosts:
                _run(one)
            time.sleep(BETWEEN_SECONDS)
        time.sleep(max(0.0, began + RANGE_SECONDS - time.time()))
        seconds = range(int(time.time()) - SCRAPE_SECONDS, int(time.time()))
        return [
            Increase(
                scraper, one.library, [api.value(_query(one.job), at=second) for second in seconds]
            )
            for scraper, api in apis.items()
            for one in hosts
        ]


@contextmanager
def _scraping(scraper: Scraper, port: int, folder: Path) -> Iterator[Api]:
    """Start that Prometheus and yield its API after the first scrape of the port."""
    directory = folder / scraper.build.value
    directory.mkdir()
    with prometheus(
        directory,
        {"pushgateway": port},
        build=scraper.build,
        features=scraper.features,
        every=SCRAPE_SECONDS,
    ) as server:
        api = Api(server.port)
        wait_until(lambda: api.value("up") == 1, seconds=30, what="the first scrape")
        yield api


def _run(one: Host) -> None:
    ended = one.end("return")
    if ended.code:
        raise RuntimeError(f"a program of the proof failed:\n{ended.errors}")


def _query(job: str) -> str:
    return f'increase({COUNTER}{{job="{job}"}}[{RANGE_SECONDS + 2 * SCRAPE_SECONDS}s])'


def prove() -> Section:
    """Query both Prometheus servers about typedprom and peers."""
    found = {(one.scraper, one.library): one for one in measure()}
    rows = [
        [scraper.name, *(found[scraper, library].cell() for library in LIBRARIES)]
        for scraper in (NEWER, STABLE)
    ]
    return Section(
        f"`increase()` over {RUNS} runs of {COUNTED}, scraped every {SCRAPE_SECONDS} s",
        table(["Prometheus", *(library.value for library in LIBRARIES)], rows),
        [failure for one in found.values() for failure in one.failures()],
    )

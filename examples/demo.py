"""`make demo`: a small SMS pipeline, scraped by a real Prometheus and compared with our own count.

Exits with 1 if any metric differs, with 2 if the servers are not unpacked.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from prometheus_client import start_http_server

from examples.sms.commands import Pipeline
from examples.sms.compare import Row, compare
from examples.sms.simulation import Simulation
from examples.sms.tally import tally_of
from tools.promql_api import Api, wait_until
from tools.running import HOST, prometheus
from tools.servers import ServersError, missing

JOB = "sms"
# Time of the last successful scrape. `timestamp` needs a plain selector: of any other expression it
# is the time of evaluation, not that of the sample.
GOOD_SCRAPE = "max_over_time((timestamp(up) and up == 1)[5m:1s])"
ROUNDS = 24
_PAUSE = 0.4  # seconds between rounds, so that they last for ten scrapes
_SCRAPE_TIMEOUT = 15.0  # seconds; Prometheus starts to scrape about five seconds after its start


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo."""
    parser = argparse.ArgumentParser(prog="examples.demo", description=__doc__)
    parser.add_argument("--data", type=Path, help="keep the data of Prometheus in this new folder")
    options = parser.parse_args(arguments)
    if missing():
        print("the demo needs a real Prometheus: run `make servers` first", file=sys.stderr)
        return 2
    try:
        rows = run(options.data)
    except (ServersError, TimeoutError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    print("\n".join(table(rows)))
    return 1 if any(row.differences for row in rows) else 0


def run(data: Path | None = None) -> list[Row]:
    """Expose metrics, generate traffic, compare. Stop everything before returning."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sms-demo-")))
        exporter, thread = start_http_server(0, addr=HOST)
        stack.callback(thread.join)
        stack.callback(exporter.server_close)
        stack.callback(exporter.shutdown)
        server = stack.enter_context(
            prometheus(folder, {JOB: exporter.server_port}, data=data and data.resolve())
        )
        api = Api(server.port)
        wait_until(lambda: api.value("up") == 1.0, seconds=_SCRAPE_TIMEOUT, what="the first scrape")
        pipeline = Pipeline(Simulation())
        for _ in range(ROUNDS):
            pipeline.round()
            time.sleep(_PAUSE)
        ended = time.time()
        wait_until(
            lambda: api.value(GOOD_SCRAPE) > ended, seconds=_SCRAPE_TIMEOUT, what="the last scrape"
        )
        # Query at the time of that scrape: if a later scrape failed, series would be stale by now.
        query = partial(api.query, at=api.value(GOOD_SCRAPE))
        rows = compare(query, tally_of(pipeline.journal.facts))
        return sorted(rows, key=lambda row: row.metric)


def table(rows: list[Row]) -> list[str]:
    """Return the comparison as lines of text."""
    width = max(len(row.query) for row in rows)
    lines = [f"{'PromQL':<{width}}  {'Prometheus':>14}  {'counted':>14}  {'series':>6}"]
    for row in rows:
        verdict = "differs" if row.differences else "equal"
        lines.append(
            f"{row.query:<{width}}  {_number(row.answered):>14}  {_number(row.counted):>14}"
            f"  {row.series:>6}  {verdict}"
        )
        lines += [f"    {difference}" for difference in row.differences]
    wrong = sum(bool(row.differences) for row in rows)
    series = sum(row.series for row in rows)
    lines.append(f"{len(rows)} metrics, {series} series compared, {wrong} metrics differ")
    return lines


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


if __name__ == "__main__":
    sys.exit(main())

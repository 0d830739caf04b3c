"""A Prometheus whose data are samples of simulated times."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from proofs.backtest.exposed import Moment
from tools.promql_api import Api
from tools.running import HOST, running
from tools.servers import program

_PIECE: Final = (
    6 * 3600
)  # seconds of samples in one file: promtool reads a file once for each block
_LOOKBACK: Final = "75s"  # a series that is not scraped any more is gone, as staleness makes it
_PROCESSES: Final = 2


def backfill(moments: Iterable[Moment], folder: Path, data: Path) -> None:
    """Add samples, in the order of time, to the data of a Prometheus that does not run."""
    files = [*_files(moments, folder)]
    with ThreadPoolExecutor(_PROCESSES) as pool:
        for done in pool.map(lambda path: _create_blocks(path, data), files):
            if done.returncode:
                raise RuntimeError(f"promtool refused samples:\n{done.stderr}")


def _files(moments: Iterable[Moment], folder: Path) -> Iterator[Path]:
    """Write samples to files of OpenMetrics, one for each piece of time."""
    pieces: dict[int, list[str]] = {}
    for moment in moments:
        lines = pieces.setdefault(int(moment.at // _PIECE), [])
        lines += [f"{series} {value} {moment.at:.3f}\n" for series, value in moment.series.items()]
    for number, lines in pieces.items():
        path = folder / f"{number}.openmetrics"
        path.write_text("".join([*lines, "# EOF\n"]), encoding="utf-8")
        yield path


def _create_blocks(path: Path, data: Path) -> subprocess.CompletedProcess[str]:
    command = [program("promtool"), "tsdb", "create-blocks-from", "openmetrics", path, data]
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)


@contextmanager
def prometheus_over(data: Path, folder: Path) -> Iterator[Api]:
    """Run a Prometheus over such data and yield its API. It scrapes nothing."""
    config = folder / "prometheus.yml"
    config.write_text("{}")

    def arguments(port: int) -> Sequence[str]:
        return [
            f"--config.file={config}",
            f"--storage.tsdb.path={data}",
            "--storage.tsdb.retention.time=10y",
            f"--query.lookback-delta={_LOOKBACK}",
            "--query.max-samples=200000000",
            f"--web.listen-address={HOST}:{port}",
        ]

    with running("prometheus", lambda port: [*arguments(port)], folder) as server:
        yield Api(server.port)

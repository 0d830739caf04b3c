"""Tasks and greenlets lose no counts, whether threads are patched before or after the import."""

import asyncio
import importlib.util

import pytest

from tests.runtime.reading import value
from tests.runtime.sample._labels import SOURCE_ID
from tests.runtime.sample._signatures import HistogramBySourceId
from tests.support.programs import run_python
from typedprom import Catalog, Counter

PATCH = "from gevent import monkey; monkey.patch_all()\n"
IMPORT = "from tests.runtime import sample\n"
GREENLETS = """
import gc, gevent
from gevent.pool import Pool

def work(number):
    sample.HEARTBEAT.inc()
    gevent.sleep(0)
    with sample.JOBS_DURATION.time(source_id="kexp"):
        gevent.sleep(0)
    sample.JOBS_RUNS.inc(source_id="kexp", error_type="dns")

pool = Pool(50)
for number in range(2000):
    pool.spawn(work, number)
pool.join()
gc.collect()
from prometheus_client import REGISTRY
for name, labels in (
    ("heartbeat_total", {}),
    ("jobs_duration_seconds_count", {"source_id": "kexp"}),
    ("jobs_runs_total", {"source_id": "kexp", "error_type": "dns"}),
):
    print(REGISTRY.get_sample_value("sample_" + name, labels), end=" ")
parts = getattr(sample.HEARTBEAT.series()[0][1], "_parts", ())
print(len(parts) <= 60)
"""


def test_tasks_lose_nothing(catalog: Catalog) -> None:
    counter = Counter(catalog, key="c", name="x_c_total", help="h")
    histogram = HistogramBySourceId(
        catalog, key="h", name="x_h", help="h", labels=(SOURCE_ID,), buckets=(1.0,)
    )

    async def work() -> None:
        for _ in range(10):
            counter.inc()
            with histogram.time(source_id="kexp"):
                await asyncio.sleep(0)

    async def main() -> None:
        await asyncio.gather(*(work() for _ in range(100)))
        await asyncio.gather(*(asyncio.to_thread(counter.inc) for _ in range(100)))

    asyncio.run(main())
    assert value(counter, "x_c_total") == 1100.0
    assert value(histogram, "x_h_count", {"source_id": "kexp"}) == 1000.0


@pytest.mark.skipif(not importlib.util.find_spec("gevent"), reason="gevent is not installed")
@pytest.mark.parametrize("cells", ["shared", "per-thread"])
@pytest.mark.parametrize("before", [PATCH + IMPORT, IMPORT + PATCH, IMPORT])
def test_greenlets_lose_nothing(before: str, cells: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPEDPROM_CELLS", cells)
    done = run_python("-c", before + GREENLETS)
    assert done.stdout == "2000.0 2000.0 2000.0 True\n", done.stderr[-2000:]

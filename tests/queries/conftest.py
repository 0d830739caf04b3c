"""A Prometheus with the samples of `shop`."""

import random
import subprocess
from collections.abc import Iterator

import pytest

from tests.queries import shop
from tests.support.needs import require_servers
from tools.promql_api import Api
from tools.running import prometheus
from tools.servers import program


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    require_servers()
    folder = tmp_path_factory.mktemp("prometheus")
    samples = folder / "samples.txt"
    samples.write_text(shop.exposed(random.Random(shop.SEED)))  # noqa: S311
    subprocess.run(
        [
            *(program("promtool"), "tsdb", "create-blocks-from", "openmetrics"),
            *(samples, folder / "data"),
        ],
        check=True,
        capture_output=True,
    )
    with prometheus(folder, {}) as server:
        yield Api(server.port)

"""What real servers and programs expose of themselves: Debian's newest builds, and Python's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from proofs.queries.python_programs import answer, django, synapse
from tools import make_packs
from tools.exposed import Exposed, exposed
from tools.servers import newer_builds

Metrics = Mapping[str, Exposed]

_LATE = ("synapse_forward_extremities", "histogram")
"""What Synapse exposes only after an hour."""

_SERVERS = (
    make_packs.PROMETHEUS,
    make_packs.PUSHGATEWAY,
    make_packs.ALERTMANAGER,
    make_packs.NODE_EXPORTER,
)


def of_servers(folder: Path) -> dict[str, Metrics]:
    """Return the metrics of each of Debian's servers, by the names of their packs."""
    with newer_builds([*_SERVERS]) as binaries, _folders(folder) as own:
        return {
            "prometheus": make_packs.prometheus(binaries / make_packs.PROMETHEUS, next(own))[0],
            "pushgateway": make_packs.pushgateway(binaries / make_packs.PUSHGATEWAY, next(own)),
            "alertmanager": make_packs.alertmanager(binaries / make_packs.ALERTMANAGER, next(own)),
            "node-exporter": make_packs.node_exporter(
                binaries / make_packs.NODE_EXPORTER, next(own), None
            ),
        }


def of_programs(folder: Path) -> dict[str, Metrics]:
    """Return the metrics of two Python programs."""
    with _folders(folder) as own:
        with django(next(own)) as port:
            site = exposed(answer(port, "/metrics").decode())
        with synapse(next(own)) as port:
            homeserver = exposed(answer(port, "/_synapse/metrics").decode())
    homeserver.setdefault(_LATE[0], Exposed(*_LATE))
    return {"django": site, "synapse": homeserver}


@contextmanager
def _folders(parent: Path) -> Iterator[Iterator[Path]]:
    """Yield new folders below `parent`."""

    def made() -> Iterator[Path]:
        while True:
            folder = parent / str(len([*parent.iterdir()]))
            folder.mkdir()
            yield folder

    yield made()

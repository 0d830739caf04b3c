"""`serve()` and spools: which catalogs are imported when it is called does not matter."""

from __future__ import annotations

from pathlib import Path

from tests.delivery.gateway import RECORD_FIVE, SUCCESS, Delivering

SERVED = """
import typedprom, urllib.request
from typedprom import Catalog, Counter
in_memory = Catalog(namespace="m", title="", description="", interface=1)
Counter(in_memory, key="a", name="m_a_total", help="h").inc(3)
in_memory.register()
with typedprom.serve(0) as server:
    import os
    os.environ["TYPEDPROM_SPOOL_DIR"] = os.environ["LATER"]
    from sms_metrics_generated import SOURCES_REQUESTS_SUCCESS
    SOURCES_REQUESTS_SUCCESS.inc(source_id="kexp")
    print(urllib.request.urlopen(server.url).read().decode())
"""


def test_a_catalog_imported_after_serving_began_is_served_of_all_processes(tmp_path: Path) -> None:
    spool = str(tmp_path / "spool")
    Delivering(9, tmp_path, {"SMS_PUSHGATEWAY_URL": "", "TYPEDPROM_SPOOL_DIR": spool}).run(
        RECORD_FIVE
    )
    later = Delivering(9, tmp_path, {"SMS_PUSHGATEWAY_URL": "", "LATER": spool})
    told = (
        "TYPEDPROM_SPOOL_DIR was set after the metrics package of `m` was imported, which is too "
        "late: set it before that import (further ones are not logged)\n"
    )
    lines = later.run(SERVED, errors=told).splitlines()
    assert f'{SUCCESS}{{source_id="kexp"}} 6.0' in lines
    assert "m_a_total 3.0" in lines

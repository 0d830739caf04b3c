"""Values of labels that are announced before they are recorded."""

from collections.abc import Iterable

from sms_metrics_generated import CATALOG
from typedprom import Catalog


def announce(sources: Iterable[str], catalog: Catalog) -> None:
    CATALOG.announce(source_id=["kexp", "neumos"])
    CATALOG.announce(source_id=sources)
    CATALOG.announce()
    catalog.announce()


def run() -> None:
    announce({"kexp": 1}, CATALOG)

"""The catalog of this package, with the external metrics it describes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from typedprom import Catalog, Environment, ExternalMetric


class AnnouncingCatalog(Catalog):
    """The catalog, with the labels whose values can be announced."""

    __slots__ = ()

    def announce(self, *, source_id: Iterable[str] = ()) -> None:
        """Begin counters at zero for these values, before they are recorded."""
        self._announce({"source_id": source_id})


CATALOG: Final = AnnouncingCatalog(
    namespace="sms",
    title="SMS pipeline",
    description=(
        "A scraper of live-music venues: it fetches what venues publish, keeps every payload, and "
        "turns it step by step into a graph of venues, artists and events."
    ),
    interface=1,
    external=(
        ExternalMetric(
            key="parser.errors",
            name="sms_parser_errors_total",
            type="counter",
            help="Envelopes that the first version could not parse, of all sources.",
            replaced_by="parser.parse.error",
            removal="2027-06-30",
        ),
        ExternalMetric(
            key="events.processed",
            name="sms_events_processed_total",
            type="counter",
            help="Events that the first version extracted from payloads, of all sources.",
            replaced_by="parser.records.extracted",
            removal="2027-06-30",
        ),
        ExternalMetric(
            key="ingest.runs",
            name="sms_ingest_runs_total",
            type="counter",
            help="Payloads that the first version accepted, of all sources.",
            replaced_by="gateway.ingest.success",
            removal="2027-06-30",
        ),
    ),
    environment=Environment(metrics_port="SMS_METRICS_PORT", pushgateway_url="SMS_PUSHGATEWAY_URL"),
)

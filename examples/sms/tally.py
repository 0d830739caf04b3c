"""The program's own count: the expected answers of Prometheus, computed from the journal alone.

Names and labels are written by hand, as in the inventory of production, and metrics are not read.
So a wrong name, label or count in the catalog or the compiled code shows as a difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import singledispatch

from examples.sms import journal

Labels = tuple[tuple[str, str], ...]  # sorted by name


@dataclass(slots=True)
class Tally:
    """Counts, last values and all observed values, by metric and labels."""

    counters: dict[str, dict[Labels, float]] = field(default_factory=lambda: defaultdict(dict))
    gauges: dict[str, dict[Labels, float]] = field(default_factory=lambda: defaultdict(dict))
    histograms: dict[str, dict[Labels, list[float]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add(self, name: str, amount: float = 1.0, /, **labels: str) -> None:
        """Add to a counter."""
        series = self.counters[f"sms_{name}_total"]
        key = tuple(sorted(labels.items()))
        series[key] = series.get(key, 0.0) + amount

    def level(self, name: str, value: float, /, **labels: str) -> None:
        """Set the value of a gauge."""
        self.gauges[f"sms_{name}"][tuple(sorted(labels.items()))] = value

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        """Add an observation to a histogram."""
        series = self.histograms[f"sms_{name}"]
        series.setdefault(tuple(sorted(labels.items())), []).append(value)

    @property
    def names(self) -> set[str]:
        """Return the names of all recorded metrics."""
        return {*self.counters, *self.gauges, *self.histograms}


def tally_of(facts: Iterable[journal.Fact]) -> Tally:
    """Count all facts."""
    tally = Tally()
    for fact in facts:
        _count(fact, tally)
    return tally


@singledispatch
def _count(fact: object, tally: Tally) -> None:
    raise NotImplementedError(f"no rule to count {fact!r} in {tally!r}")


@_count.register
def _(_: journal.Heartbeat, tally: Tally) -> None:
    tally.add("heartbeat")


@_count.register
def _(fact: journal.Run, tally: Tally) -> None:
    tally.level("pipeline_last_run_timestamp_seconds", fact.ended_at, command=fact.command)
    tally.observe("pipeline_duration_seconds", fact.seconds, command=fact.command)
    if fact.error:
        tally.add("pipeline_errors", command=fact.command, error_type=fact.error)


@_count.register
def _(fact: journal.RegistryLoad, tally: Tally) -> None:
    if fact.error:
        tally.add("sources_registry_loads_error", error_type=fact.error)
    else:
        tally.add("sources_registry_loads_success")


@_count.register
def _(fact: journal.CadenceCheck, tally: Tally) -> None:
    tally.add("sources_cadence_checks", source_id=fact.source_id, decision=fact.decision)


@_count.register
def _(fact: journal.Fetch, tally: Tally) -> None:
    source = fact.source_id
    tally.observe("sources_request_duration_seconds", fact.seconds, source_id=source)
    if fact.error:
        tally.add("sources_requests_error", source_id=source, error_type=fact.error)
    else:
        tally.add("sources_requests_success", source_id=source)
        tally.observe("sources_payload_bytes", fact.size, source_id=source)


@_count.register
def _(fact: journal.Arrival, tally: Tally) -> None:
    tally.observe("gateway_payload_bytes", fact.size, source_id=fact.source_id)
    tally.observe("gateway_processing_duration_seconds", fact.seconds, source_id=fact.source_id)


@_count.register
def _(fact: journal.PolicyCheck, tally: Tally) -> None:
    tally.add("gateway_policy_checks", policy=fact.policy, outcome=fact.outcome)


@_count.register
def _(fact: journal.StoreOperation, tally: Tally) -> None:
    tally.observe("gateway_cas_operation_duration_seconds", fact.seconds, operation=fact.operation)


@_count.register
def _(fact: journal.StoreWrite, tally: Tally) -> None:
    if fact.error:
        tally.add("gateway_cas_writes_error", error_type=fact.error)
    else:
        tally.add("gateway_cas_writes_success")
        tally.observe("gateway_cas_write_bytes", fact.size)


@_count.register
def _(fact: journal.Accepted, tally: Tally) -> None:
    source = fact.source_id
    tally.add("gateway_envelopes_accepted", source_id=source)
    tally.add("gateway_ingest_success", source_id=source)
    tally.add("gateway_records_ingested", fact.records, source_id=source)
    tally.observe("gateway_bytes_ingested", fact.size, source_id=source)
    tally.observe("gateway_ingest_duration_seconds", fact.seconds, source_id=source)


@_count.register
def _(fact: journal.Duplicate, tally: Tally) -> None:
    tally.add("gateway_envelopes_deduplicated", source_id=fact.source_id)
    tally.add("gateway_ingest_success", source_id=fact.source_id)


@_count.register
def _(fact: journal.Refused, tally: Tally) -> None:
    tally.add("gateway_ingest_error", source_id=fact.source_id, error_type=fact.error)


@_count.register
def _(fact: journal.Append, tally: Tally) -> None:
    if fact.error:
        tally.add("ingest_log_writes_error", error_type=fact.error)
    else:
        tally.add("ingest_log_writes_success")
        tally.observe("ingest_log_write_bytes", fact.line)
        tally.level("ingest_log_current_file_bytes", fact.size)


@_count.register
def _(_: journal.Rotation, tally: Tally) -> None:
    tally.add("ingest_log_rotations")
    tally.add("ingest_log_symlink_updates")


@_count.register
def _(fact: journal.Consumers, tally: Tally) -> None:
    tally.level("ingest_log_active_consumers", fact.count)


@_count.register
def _(fact: journal.Read, tally: Tally) -> None:
    tally.add("ingest_log_consumer_reads", consumer=fact.consumer)
    tally.observe("ingest_log_consumer_read_batch_size", fact.envelopes, consumer=fact.consumer)


@_count.register
def _(fact: journal.Ack, tally: Tally) -> None:
    tally.add("ingest_log_consumer_acks", consumer=fact.consumer)


@_count.register
def _(fact: journal.Lag, tally: Tally) -> None:
    tally.level("ingest_log_consumer_lag_bytes", fact.size, consumer=fact.consumer)


@_count.register
def _(fact: journal.Resolution, tally: Tally) -> None:
    tally.observe("parser_payload_resolution_duration_seconds", fact.seconds)
    if fact.error:
        tally.add("parser_payload_resolutions_error", error_type=fact.error)
    else:
        tally.add("parser_payload_resolutions_success")


@_count.register
def _(fact: journal.Parsing, tally: Tally) -> None:
    source = fact.source_id
    tally.add("parser_envelopes_processed", source_id=source)
    if fact.error:
        tally.add("parser_parse_error", source_id=source, error_type=fact.error)
        return
    tally.add("parser_parse_success", source_id=source)
    tally.observe("parser_duration_seconds", fact.seconds, source_id=source)
    tally.observe("parser_bytes_processed", fact.size, source_id=source)
    if fact.records:
        tally.add("parser_records_extracted", fact.records, source_id=source)
        tally.observe("parser_records_per_envelope", fact.records, source_id=source)
    else:
        tally.add("parser_empty_envelopes", source_id=source)


@_count.register
def _(fact: journal.ParserBatch, tally: Tally) -> None:
    tally.add("parser_batches_processed")
    tally.observe("parser_batch_size", fact.envelopes)
    tally.observe("parser_batch_records_written", fact.written)


@_count.register
def _(fact: journal.Normalized, tally: Tally) -> None:
    tally.add("normalize_records_processed", strategy=fact.strategy)
    tally.observe("normalize_confidence", fact.confidence)
    tally.add("normalize_geocoding", fact.geocoded)
    for warning in fact.warnings:
        tally.add("normalize_warnings", warning_type=warning)


@_count.register
def _(fact: journal.Judged, tally: Tally) -> None:
    counter = {
        "accepted": "quality_gate_records_accepted",
        "warnings": "quality_gate_records_accepted_with_warnings",
        "quarantined": "quality_gate_records_quarantined",
    }[fact.verdict]
    tally.add(counter)
    tally.observe("quality_gate_quality_score", fact.score)
    for issue_type, severity in fact.issues:
        tally.add("quality_gate_issues_detected", issue_type=issue_type, severity=severity)


@_count.register
def _(fact: journal.Enriched, tally: Tally) -> None:
    tally.add("enrich_records_processed", strategy=fact.strategy)
    tally.observe("enrich_confidence", fact.confidence)
    tally.add("enrich_spatial_binning", fact.binned)
    tally.add("enrich_city_tagging", fact.city)
    tally.observe("enrich_tags_added", fact.tags)
    for warning in fact.warnings:
        tally.add("enrich_warnings", warning_type=warning)


@_count.register
def _(fact: journal.Conflated, tally: Tally) -> None:
    tally.add("conflation_records_processed")
    tally.observe("conflation_confidence_score", fact.confidence)
    tally.add("conflation_alternative_matches", fact.alternatives)
    tally.add("conflation_potential_duplicates", fact.look_alikes)
    tally.add("conflation_uncertain_resolutions", fact.uncertain)
    for warning in fact.warnings:
        tally.add("conflation_warnings", warning_type=warning)
    counters = {
        "new": ("records_successful", "new_entities"),
        "updated": ("records_successful", "matched_existing", "updated_existing"),
        "duplicate": ("records_successful", "matched_existing", "duplicates"),
    }.get(fact.result)
    for counter in counters or ():
        tally.add(f"conflation_{counter}")
    if counters is None:
        tally.add("conflation_records_failed", error_type=fact.result)


@_count.register
def _(fact: journal.Batch, tally: Tally) -> None:
    tally.add(f"{fact.component}_batches_processed")
    tally.observe(f"{fact.component}_batch_size", fact.size)


@_count.register
def _(fact: journal.ConflationBatch, tally: Tally) -> None:
    tally.add("conflation_batches_processed")
    tally.observe("conflation_batch_size", fact.successful + fact.failed)
    tally.observe("conflation_batch_processing_duration_seconds", fact.seconds)
    tally.add("conflation_batch_records_successful", fact.successful)
    tally.add("conflation_batch_records_failed", fact.failed)
    tally.add("conflation_batches_successful", not fact.failed)

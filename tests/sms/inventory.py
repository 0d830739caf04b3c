"""The metrics of production before the catalog existed, as independent data."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One line of the inventory; `unit` is empty for a number without a unit."""

    type: str
    unit: str
    labels: tuple[str, ...]


INVENTORY: dict[str, Entry] = {
    "sms_heartbeat_total": Entry("counter", "", ()),
    "sms_pipeline_last_run_timestamp_seconds": Entry("gauge", "seconds", ("command",)),
    "sms_pipeline_duration_seconds": Entry("histogram", "seconds", ("command",)),
    "sms_pipeline_errors_total": Entry("counter", "", ("command", "error_type")),
    "sms_sources_requests_success_total": Entry("counter", "", ("source_id",)),
    "sms_sources_requests_error_total": Entry("counter", "", ("source_id", "error_type")),
    "sms_sources_request_duration_seconds": Entry("histogram", "seconds", ("source_id",)),
    "sms_sources_payload_bytes": Entry("histogram", "bytes", ("source_id",)),
    "sms_sources_registry_loads_success_total": Entry("counter", "", ()),
    "sms_sources_registry_loads_error_total": Entry("counter", "", ("error_type",)),
    "sms_sources_cadence_checks_total": Entry("counter", "", ("source_id", "decision")),
    "sms_gateway_envelopes_accepted_total": Entry("counter", "", ("source_id",)),
    "sms_gateway_envelopes_deduplicated_total": Entry("counter", "", ("source_id",)),
    "sms_gateway_cas_writes_success_total": Entry("counter", "", ()),
    "sms_gateway_cas_writes_error_total": Entry("counter", "", ("error_type",)),
    "sms_gateway_cas_write_bytes": Entry("histogram", "bytes", ()),
    "sms_gateway_cas_operation_duration_seconds": Entry("histogram", "seconds", ("operation",)),
    "sms_gateway_records_ingested_total": Entry("counter", "", ("source_id",)),
    "sms_gateway_processing_duration_seconds": Entry("histogram", "seconds", ("source_id",)),
    "sms_gateway_payload_bytes": Entry("histogram", "bytes", ("source_id",)),
    "sms_gateway_policy_checks_total": Entry("counter", "", ("policy", "outcome")),
    "sms_gateway_ingest_success_total": Entry("counter", "", ("source_id",)),
    "sms_gateway_ingest_error_total": Entry("counter", "", ("source_id", "error_type")),
    "sms_gateway_bytes_ingested": Entry("histogram", "bytes", ("source_id",)),
    "sms_gateway_ingest_duration_seconds": Entry("histogram", "seconds", ("source_id",)),
    "sms_ingest_log_writes_success_total": Entry("counter", "", ()),
    "sms_ingest_log_writes_error_total": Entry("counter", "", ("error_type",)),
    "sms_ingest_log_write_bytes": Entry("histogram", "bytes", ()),
    "sms_ingest_log_rotations_total": Entry("counter", "", ()),
    "sms_ingest_log_current_file_bytes": Entry("gauge", "bytes", ()),
    "sms_ingest_log_active_consumers": Entry("gauge", "", ()),
    "sms_ingest_log_consumer_reads_total": Entry("counter", "", ("consumer",)),
    "sms_ingest_log_consumer_acks_total": Entry("counter", "", ("consumer",)),
    "sms_ingest_log_consumer_read_batch_size": Entry("histogram", "", ("consumer",)),
    "sms_ingest_log_consumer_lag_bytes": Entry("gauge", "bytes", ("consumer",)),
    "sms_ingest_log_symlink_updates_total": Entry("counter", "", ()),
    "sms_parser_parse_success_total": Entry("counter", "", ("source_id",)),
    "sms_parser_parse_error_total": Entry("counter", "", ("source_id", "error_type")),
    "sms_parser_duration_seconds": Entry("histogram", "seconds", ("source_id",)),
    "sms_parser_envelopes_processed_total": Entry("counter", "", ("source_id",)),
    "sms_parser_empty_envelopes_total": Entry("counter", "", ("source_id",)),
    "sms_parser_records_extracted_total": Entry("counter", "", ("source_id",)),
    "sms_parser_records_per_envelope": Entry("histogram", "", ("source_id",)),
    "sms_parser_bytes_processed": Entry("histogram", "bytes", ("source_id",)),
    "sms_parser_batches_processed_total": Entry("counter", "", ()),
    "sms_parser_batch_size": Entry("histogram", "", ()),
    "sms_parser_batch_records_written": Entry("histogram", "", ()),
    "sms_parser_payload_resolutions_success_total": Entry("counter", "", ()),
    "sms_parser_payload_resolutions_error_total": Entry("counter", "", ("error_type",)),
    "sms_parser_payload_resolution_duration_seconds": Entry("histogram", "seconds", ()),
    "sms_normalize_records_processed_total": Entry("counter", "", ("strategy",)),
    "sms_normalize_confidence": Entry("histogram", "ratio", ()),
    "sms_normalize_geocoding_total": Entry("counter", "", ()),
    "sms_normalize_warnings_total": Entry("counter", "", ("warning_type",)),
    "sms_normalize_batches_processed_total": Entry("counter", "", ()),
    "sms_normalize_batch_size": Entry("histogram", "", ()),
    "sms_quality_gate_records_accepted_total": Entry("counter", "", ()),
    "sms_quality_gate_records_accepted_with_warnings_total": Entry("counter", "", ()),
    "sms_quality_gate_records_quarantined_total": Entry("counter", "", ()),
    "sms_quality_gate_quality_score": Entry("histogram", "ratio", ()),
    "sms_quality_gate_issues_detected_total": Entry("counter", "", ("issue_type", "severity")),
    "sms_quality_gate_batches_processed_total": Entry("counter", "", ()),
    "sms_quality_gate_batch_size": Entry("histogram", "", ()),
    "sms_enrich_records_processed_total": Entry("counter", "", ("strategy",)),
    "sms_enrich_confidence": Entry("histogram", "ratio", ()),
    "sms_enrich_spatial_binning_total": Entry("counter", "", ()),
    "sms_enrich_city_tagging_total": Entry("counter", "", ()),
    "sms_enrich_tags_added": Entry("histogram", "", ()),
    "sms_enrich_warnings_total": Entry("counter", "", ("warning_type",)),
    "sms_enrich_batches_processed_total": Entry("counter", "", ()),
    "sms_enrich_batch_size": Entry("histogram", "", ()),
    "sms_conflation_records_processed_total": Entry("counter", "", ()),
    "sms_conflation_records_successful_total": Entry("counter", "", ()),
    "sms_conflation_records_failed_total": Entry("counter", "", ("error_type",)),
    "sms_conflation_confidence_score": Entry("histogram", "ratio", ()),
    "sms_conflation_new_entities_total": Entry("counter", "", ()),
    "sms_conflation_matched_existing_total": Entry("counter", "", ()),
    "sms_conflation_updated_existing_total": Entry("counter", "", ()),
    "sms_conflation_duplicates_total": Entry("counter", "", ()),
    "sms_conflation_uncertain_resolutions_total": Entry("counter", "", ()),
    "sms_conflation_potential_duplicates_total": Entry("counter", "", ()),
    "sms_conflation_alternative_matches_total": Entry("counter", "", ()),
    "sms_conflation_warnings_total": Entry("counter", "", ("warning_type",)),
    "sms_conflation_batches_processed_total": Entry("counter", "", ()),
    "sms_conflation_batches_successful_total": Entry("counter", "", ()),
    "sms_conflation_batch_size": Entry("histogram", "", ()),
    "sms_conflation_batch_processing_duration_seconds": Entry("histogram", "seconds", ()),
    "sms_conflation_batch_records_successful_total": Entry("counter", "", ()),
    "sms_conflation_batch_records_failed_total": Entry("counter", "", ()),
}

DEPRECATED = {
    "sms_events_processed_total": "sms_parser_records_extracted_total",
    "sms_ingest_runs_total": "sms_gateway_ingest_success_total",
    "sms_parser_errors_total": "sms_parser_parse_error_total",
}
REMOVAL = "2027-06-30"

CLOSED_SETS = {
    "sms_sources_cadence_checks_total": {"decision": {"due", "skipped", "bypassed"}},
    "sms_gateway_cas_operation_duration_seconds": {"operation": {"read", "write", "stat"}},
    "sms_gateway_policy_checks_total": {"outcome": {"allowed", "denied"}},
    "sms_quality_gate_issues_detected_total": {
        "issue_type": {
            "missing_data",
            "invalid_format",
            "out_of_range",
            "suspicious_value",
            "incomplete_geography",
            "temporal_inconsistency",
            "low_confidence",
            "duplication_concern",
        },
        "severity": {"info", "warning", "error", "critical"},
    },
}

"""What was found in experts' queries, each looked at by hand: why it is true, in one line."""

from __future__ import annotations

from typing import NamedTuple

from typedprom_codegen.diagnostics import Diagnostic


class Account(NamedTuple):
    """Why a finding is true. It is for those whose message, subject or file contains `about`."""

    published: str
    code: str
    about: str
    reason: str

    def covers(self, published: str, finding: Diagnostic) -> bool:
        """Whether it is about this finding."""
        text = f"{finding.span.path} {finding.subject} {finding.message}"
        return (self.published, self.code) == (published, finding.code.id) and self.about in text


_RENAMED = "prometheus_client exposes the counter with `_total`"

ACCOUNTS = (
    Account(
        "Node Exporter Full",
        "TP503",
        "operstate",
        "node_network_up has had no such label since 1.0",
    ),
    Account("Synapse", "TP502", "_ru_utime_seconds`", _RENAMED),
    Account("Synapse", "TP502", "_ru_stime_seconds`", _RENAMED),
    Account("Synapse", "TP502", "synapse_external_cache_", _RENAMED),
    Account("Synapse", "TP502", "_queries`", _RENAMED),
    Account("Synapse", "TP502", "presence_changed_size", "Synapse has no such queue any more"),
    Account("Synapse", "TP502", "connections_per_stream", "Synapse has no such metric any more"),
    Account("Synapse", "TP503", "origin_entity", "the counter has had no such label since 2025"),
)

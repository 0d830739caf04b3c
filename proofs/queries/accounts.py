"""What was found in experts' queries, each looked at by hand: why it is true, in one line."""

from __future__ import annotations

from typing import NamedTuple

from typedprom_codegen.diagnostics import Diagnostic

EVERYWHERE = ""


class Account(NamedTuple):
    """Why findings are true: those whose file, subject or message has `about` in it."""

    published: str  # the name of the queries; or EVERYWHERE
    code: str
    about: str
    reason: str

    def covers(self, published: str, finding: Diagnostic) -> bool:
        """Whether it is about this finding."""
        text = f"{finding.span.path} {finding.subject} {finding.message}"
        is_here = self.published in {EVERYWHERE, published}
        return is_here and self.code == finding.code.id and self.about in text


_RENAMED = "prometheus_client exposes the counter with `_total`, so the panel is empty"
_EMPTY = "the annotation shows nothing there: the query drops the label"
_NO_INTEGRATION = "never fires: the alert is split by a pattern that is never set"

ACCOUNTS = (
    Account(EVERYWHERE, "TP524", "", "zoomed out, the graph leaves out what is between its points"),
    Account(EVERYWHERE, "TP525", "no pattern here", "`=` or `!=` says the same in plain words"),
    Account(EVERYWHERE, "TP525", "no anchors", "Prometheus anchors every pattern itself"),
    Account(EVERYWHERE, "TP525", "matches every series", "the matcher does nothing"),
    Account("Node Exporter Full", "TP503", "operstate", "`node_network_up` has no such label"),
    Account(
        "Prometheus mixin",
        "TP507",
        "sent_timestamp_seconds",
        "a timestamp is no counter: `rate` adds the whole time after a restart",
    ),
    Account("Alertmanager mixin", "TP506", "integration", _NO_INTEGRATION),
    Account("kube-prometheus", "TP506", "integration", _NO_INTEGRATION),
    Account("kube-prometheus", "TP526", "`job`", _EMPTY),
    Account("alerts for Prometheus", "TP526", "`instance`", _EMPTY),
    Account("alerts for Prometheus", "TP528", "", "one missed scrape fires it: it has `for: 0m`"),
    Account("alerts for hosts", "TP526", "`device`", "the metric's label is `master`"),
    Account(
        "alerts for hosts",
        "TP509",
        "node_edac_uncorrectable_errors_total",
        "one error fires it until the host restarts",
    ),
    Account("Synapse", "TP502", "_ru_utime_seconds`", _RENAMED),
    Account("Synapse", "TP502", "_ru_stime_seconds`", _RENAMED),
    Account("Synapse", "TP502", "synapse_external_cache_", _RENAMED),
    Account("Synapse", "TP502", "_queries`", _RENAMED),
    Account("Synapse", "TP502", "presence_changed_size", "Synapse has no such queue any more"),
    Account("Synapse", "TP502", "connections_per_stream", "Synapse has no such metric any more"),
    Account("Synapse", "TP503", "origin_entity", "the counter has no such label any more"),
    Account("Synapse", "TP507", "_caches_", "Synapse exposes these counts as gauges"),
    Account(
        "Synapse",
        "TP507",
        "_affected_hosts`",
        "a number of hosts that goes up and down: every decrease counts as a restart",
    ),
    Account("Synapse", "TP517", '"Memory"', "`sum` drops the labels that `on` names"),
)

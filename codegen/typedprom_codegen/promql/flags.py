"""The feature flags of Prometheus (`--enable-feature`), of all versions since 2.25."""

from __future__ import annotations

from typing import Final

FEATURE_FLAGS: Final = frozenset(
    {
        *("agent", "auto-gomaxprocs", "auto-gomemlimit", "auto-reload-config"),
        *("concurrent-rule-eval", "created-timestamp-zero-ingestion", "delayed-compaction"),
        *("exemplar-storage", "expand-external-labels", "extra-scrape-metrics", "fast-startup"),
        *("histograms-st-encoding", "memory-snapshot-on-shutdown", "metadata-wal-records"),
        *("native-histograms", "new-service-discovery-manager", "no-default-scrape-port"),
        *("old-ui", "ooo-native-histograms", "otlp-deltatocumulative"),
        *("otlp-native-delta-ingestion", "otlp-write-receiver", "promql-at-modifier"),
        *("promql-binop-fill-modifiers", "promql-delayed-name-removal", "promql-duration-expr"),
        *("promql-experimental-functions", "promql-extended-range-selectors"),
        *("promql-negative-offset", "promql-per-step-stats", "remote-write-receiver"),
        *("search-api", "st-storage", "st-synthesis", "type-and-unit-labels"),
        *("use-start-timestamps", "use-uncached-io", "utf8-names", "xor2-encoding"),
    }
)

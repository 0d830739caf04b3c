"""What a Prometheus must be to read a part of PromQL: its version, its feature flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

Version: TypeAlias = tuple[int, int]  # (2, 42)

EXPERIMENTAL_FUNCTIONS: Final = "promql-experimental-functions"
"""The feature flag of most functions that are not stable yet."""

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
"""The feature flags (`--enable-feature`) of all versions since 2.25."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What something needs. Without anything, each Prometheus since 2.0 has it."""

    version: Version | None = None  # the first that has it
    flags: tuple[str, ...] = ()  # feature flags, of which all must be on
    stable: Version | None = None  # the first that needs no flags
    until: Version | None = None  # the first that no longer has it


ANY_PROMETHEUS: Final = Needs()


def experimental(*version: int, stable: Version | None = None) -> Needs:
    """What an experimental function or aggregation needs."""
    major, minor = version
    return Needs((major, minor), (EXPERIMENTAL_FUNCTIONS,), stable)

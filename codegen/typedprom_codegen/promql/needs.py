"""What a Prometheus must be to read a part of PromQL: its version, its feature flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

Version: TypeAlias = tuple[int, int]  # (2, 42)

EXPERIMENTAL_FUNCTIONS: Final = "promql-experimental-functions"
"""The feature flag of most functions that are not stable yet."""


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

"""Paths of the groups of a Pushgateway."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from typedprom.exposition.text_format import is_legacy_name

_IN_BASE64: Final = ("", ".", "..")  # a path segment cannot be one of these, nor have a slash


def group_path(grouping: Mapping[str, str]) -> str:
    """The path of a group, `/metrics/job/…`. Raises ValueError for an invalid grouping key."""
    if next(iter(grouping), "") != "job" or not grouping["job"]:
        raise ValueError("a grouping key must begin with a `job` that is not empty")
    for name in grouping:
        if not is_legacy_name(name) or name.startswith("__"):
            raise ValueError(f"{name!r} is not a valid label name of a grouping key")
    return "/metrics" + "".join([f"/{_segments(*label)}" for label in grouping.items()])


def _segments(name: str, value: str) -> str:
    raw = value.encode(errors="replace")
    if value in _IN_BASE64 or "/" in value:
        return f"{name}@base64/{urlsafe_b64encode(raw).decode() or '='}"
    return f"{name}/{quote(raw, safe='')}"

"""Ids of panels, which stay the same when a catalog grows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from typedprom_codegen.dashboard_uids import digest

LARGEST_ID: Final = 2**31 - 1


def panel_ids(keys: Iterable[str]) -> dict[str, int]:
    """A positive id for each key, a hash of the key.

    Where two hashes collide, the key that is later in alphabetical order gets the next hash.
    """
    ids: dict[str, int] = {}
    taken: set[int] = set()
    for key in sorted(keys):
        attempt = 0
        while (found := _panel_id(key, attempt)) in taken:
            attempt += 1
        taken.add(found)
        ids[key] = found
    return ids


def _panel_id(key: str, attempt: int) -> int:
    return int(digest(f"{key}\0{attempt}" if attempt else key, 8), 16) % LARGEST_ID + 1

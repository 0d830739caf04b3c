"""Ids that stay the same when a catalog grows: of panels, and uids of dashboards."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

LARGEST_ID: Final = 2**31 - 1
LONGEST_UID: Final = 40
_HASH_LENGTH: Final = 8


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


def uid(*parts: str) -> str:
    """A dashboard's uid: the parts joined by `-`, cut and with a hash at the end if too long."""
    whole = "-".join(part for part in map(slug, parts) if part)
    if len(whole) <= LONGEST_UID:
        return whole
    kept = whole[: LONGEST_UID - _HASH_LENGTH - 1].rstrip("-")
    return f"{kept}-{_digest(whole, _HASH_LENGTH // 2)}"


def slug(text: str) -> str:
    """`text` in lower case, with `-` for everything but letters and digits.

    Each underscore becomes one `-`, so that different component names stay different.
    """
    return re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-").replace("_", "-")


def _panel_id(key: str, attempt: int) -> int:
    return int(_digest(f"{key}\0{attempt}" if attempt else key, 8), 16) % LARGEST_ID + 1


def _digest(text: str, size: int) -> str:
    return blake2b(text.encode(), digest_size=size).hexdigest()

"""Identities that stay the same when a catalog grows: panel ids and dashboard uids."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

LARGEST_ID: Final = 2**31 - 1
LONGEST_UID: Final = 40
_HASH_LENGTH: Final = 8


def panel_ids(keys: Iterable[str]) -> dict[str, int]:
    """A positive id for each of the keys, told from the key alone.

    Only keys whose ids collide depend on one another: the later in alphabetical order moves on.
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
    """A dashboard's uid: the parts joined by `-`; too long, it is cut and ends in a hash."""
    whole = "-".join(part for part in map(slug, parts) if part)
    if len(whole) <= LONGEST_UID:
        return whole
    kept = whole[: LONGEST_UID - _HASH_LENGTH - 1].rstrip("-")
    return f"{kept}-{_digest(whole, _HASH_LENGTH // 2)}"


def slug(text: str) -> str:
    """`text` as a uid has it: lower-case letters and digits stay, all else is `-`.

    Each underscore is one, so that no two names of components become the same.
    """
    return re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-").replace("_", "-")


def _panel_id(key: str, attempt: int) -> int:
    return int(_digest(f"{key}\0{attempt}" if attempt else key, 8), 16) % LARGEST_ID + 1


def _digest(text: str, size: int) -> str:
    return blake2b(text.encode(), digest_size=size).hexdigest()

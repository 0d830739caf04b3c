"""The uids of dashboards, which links to them contain; they stay the same when a catalog grows."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Final

from typedprom_codegen.ir import Catalog

GENERATED_TAG: Final = "typedprom"
LONGEST_UID: Final = 40
_HASH_LENGTH: Final = 8


def catalog_tag(catalog: Catalog) -> str:
    """A short name of the catalog: its namespace, else its title."""
    return catalog.namespace or slug(catalog.title) or GENERATED_TAG


def dashboard_uid(catalog: Catalog, component: str | None, prefix: str = "") -> str:
    """The uid of a component's dashboard; without a component, the overview's."""
    return uid(prefix, catalog_tag(catalog), component or "")


def uid(*parts: str) -> str:
    """A dashboard's uid: the parts joined by `-`, cut and with a hash at the end if too long."""
    whole = "-".join(part for part in map(slug, parts) if part)
    if len(whole) <= LONGEST_UID:
        return whole
    kept = whole[: LONGEST_UID - _HASH_LENGTH - 1].rstrip("-")
    return f"{kept}-{digest(whole, _HASH_LENGTH // 2)}"


def slug(text: str) -> str:
    """`text` in lower case, with `-` for everything but letters and digits.

    Each underscore becomes one `-`, so that different component names stay different.
    """
    return re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-").replace("_", "-")


def digest(text: str, size: int) -> str:
    """A hash of so many bytes, as hexadecimal digits."""
    return blake2b(text.encode(), digest_size=size).hexdigest()

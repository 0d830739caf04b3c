"""The catalog of this package, and what it knows of but does not record."""

from __future__ import annotations

from typing import Final

from typedprom import Catalog

CATALOG: Final = Catalog(
    namespace="",
    title="No namespace",
    description="",
    interface=1,
)

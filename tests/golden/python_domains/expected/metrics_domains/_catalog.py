"""The catalog of this package, with the external metrics it describes."""

from __future__ import annotations

from typing import Final

from typedprom import Catalog

CATALOG: Final = Catalog(
    namespace="shop",
    title="Shop",
    description="Labels of every domain on metrics of every type.",
    interface=1,
)

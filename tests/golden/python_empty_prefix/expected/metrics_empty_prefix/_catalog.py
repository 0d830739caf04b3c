"""The catalog of this package, with the external metrics it describes."""

from __future__ import annotations

from typing import Final

from typedprom import Catalog

CATALOG: Final = Catalog(
    namespace="",
    title="No namespace",
    description="",
    interface=1,
    package="metrics_empty_prefix",
)

"""The catalog of this package, with the external metrics it describes."""

from __future__ import annotations

from typing import Final

from typedprom import Catalog

CATALOG: Final = Catalog(
    namespace="app",
    title="App",
    description="The smallest catalog there is.",
    interface=1,
)

"""The catalog of this package, with the external metrics it describes."""

from __future__ import annotations

from typing import Final

from typedprom import Catalog

CATALOG: Final = Catalog(
    namespace="app",
    title="App",
    description="Names that Python, the generated code or an editor has a use for.",
    interface=1,
)

"""The catalog of this package, with the external metrics it describes."""

from __future__ import annotations

from typing import Final

from typedprom import Catalog

CATALOG: Final = Catalog(
    namespace="app",
    title='A "title" with """ and {{ braces }}',
    description=(
        "back\\slash, newline\nand {% raw %}, bell \x07, direction \u202e, end \\"
    ),
    interface=1,
)

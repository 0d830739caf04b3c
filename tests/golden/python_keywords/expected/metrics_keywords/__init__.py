"""App: typed metrics.

Names that Python, the generated code or an editor has a use for.

    from metrics_keywords import IMPORT_CLASS

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from ._catalog import CATALOG
from ._labels import (
    AMOUNT_VALUES,
    B10,
    B10_VALUES,
    EXCEPTIONS_VALUES,
    FINAL_VALUES,
    Amount,
    Exceptions_,
    Final_,
    is_amount,
    is_b10,
    is_exceptions,
    is_final,
)
from .import_ import (
    IMPORT_CAUGHT,
    IMPORT_CLASS,
    IMPORT_NONE,
    IMPORT_PRINT,
    IMPORT_TIMED,
)

__all__ = [
    "AMOUNT_VALUES",
    "B10",
    "B10_VALUES",
    "CATALOG",
    "EXCEPTIONS_VALUES",
    "FINAL_VALUES",
    "IMPORT_CAUGHT",
    "IMPORT_CLASS",
    "IMPORT_NONE",
    "IMPORT_PRINT",
    "IMPORT_TIMED",
    "Amount",
    "Exceptions_",
    "Final_",
    "is_amount",
    "is_b10",
    "is_exceptions",
    "is_final",
]

CATALOG.register()

"""Import: metrics of `import`.

A component called like a keyword.

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from ._catalog import CATALOG
from ._labels import (
    AMOUNT_LABEL,
    B10_LABEL,
    CELL_LABEL,
    CLASS_LABEL,
    DICT_LABEL,
    EXCEPTION_LABEL,
    EXCEPTIONS_LABEL,
    FINAL_LABEL,
    FLOAT_LABEL,
    ONE_LABEL,
    SELF_LABEL,
    TIMER_LABEL,
    TYPE_LABEL,
    VALUE_LABEL,
)
from ._signatures import (
    CounterByClassSelfAmountValueCellTypeFinalB10,
    CounterByExceptionONEDictFloatTimerExceptions,
    GaugeByValueCell,
    HistogramByAmount,
    HistogramByExceptionONEDictFloatTimer,
)

IMPORT_CLASS: Final = CounterByClassSelfAmountValueCellTypeFinalB10(
    CATALOG,
    key="import.class",
    name="app_import_class_total",
    help="Counted by everything.",
    labels=(
        CLASS_LABEL,
        SELF_LABEL,
        AMOUNT_LABEL,
        VALUE_LABEL,
        CELL_LABEL,
        TYPE_LABEL,
        FINAL_LABEL,
        B10_LABEL,
    ),
)
"""Counted by everything.

Counter `app_import_class_total`.

Labels:

- `class_`: A keyword. At most 10 distinct values.
- `self_`: What a method calls its object. At most 10 distinct values.
- `amount`: What a method calls what it adds. One of `small`, `large`.
- `value`: What a method calls what it sets. At most 10 distinct values.
- `cell`: What a method calls what it records into. At most 10 distinct values.
- `type`: A builtin. At most 10 distinct values.
- `final`: A name of typing, once it is in CamelCase. One of `yes`, `no`.
- `b10`: The same in CamelCase and in capitals. One of `low`, `high`.
"""

IMPORT_NONE: Final = GaugeByValueCell(
    CATALOG,
    key="import.none",
    name="app_import_none",
    help="Set by what it sets.",
    labels=(VALUE_LABEL, CELL_LABEL),
)
"""Set by what it sets.

Gauge `app_import_none`.

Labels:

- `value`: What a method calls what it sets. At most 10 distinct values.
- `cell`: What a method calls what it records into. At most 10 distinct values.
"""

IMPORT_PRINT: Final = HistogramByAmount(
    CATALOG,
    key="import.print",
    name="app_import_print",
    help="Observed by its amount.",
    labels=(AMOUNT_LABEL,),
    buckets=(
        0.005,
        0.01,
        0.025,
        0.05,
        0.075,
        0.1,
        0.25,
        0.5,
        0.75,
        1.0,
        2.5,
        5.0,
        7.5,
        10.0,
    ),
)
"""Observed by its amount.

Histogram `app_import_print`.

Labels:

- `amount`: What a method calls what it adds. One of `small`, `large`.

Buckets up to 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5,
10.
"""

IMPORT_CAUGHT: Final = CounterByExceptionONEDictFloatTimerExceptions(
    CATALOG,
    key="import.caught",
    name="app_import_caught_total",
    help="Counted by what recording catches.",
    labels=(
        EXCEPTION_LABEL,
        ONE_LABEL,
        DICT_LABEL,
        FLOAT_LABEL,
        TIMER_LABEL,
        EXCEPTIONS_LABEL,
    ),
)
"""Counted by what recording catches.

Counter `app_import_caught_total`.

Labels:

- `Exception_`: What a method catches. At most 10 distinct values.
- `ONE`: What a method adds unless told otherwise. At most 10 distinct values.
- `dict`: What a method looks into. At most 10 distinct values.
- `float`: What a method takes. At most 10 distinct values.
- `Timer`: What a method returns. At most 10 distinct values.
- `exceptions`: What a method takes, in CamelCase. One of `missing`, `wrong`.
"""

IMPORT_TIMED: Final = HistogramByExceptionONEDictFloatTimer(
    CATALOG,
    key="import.timed",
    name="app_import_timed",
    help="Timed by what recording catches.",
    labels=(EXCEPTION_LABEL, ONE_LABEL, DICT_LABEL, FLOAT_LABEL, TIMER_LABEL),
    buckets=(
        0.005,
        0.01,
        0.025,
        0.05,
        0.075,
        0.1,
        0.25,
        0.5,
        0.75,
        1.0,
        2.5,
        5.0,
        7.5,
        10.0,
    ),
)
"""Timed by what recording catches.

Histogram `app_import_timed`.

Labels:

- `Exception_`: What a method catches. At most 10 distinct values.
- `ONE`: What a method adds unless told otherwise. At most 10 distinct values.
- `dict`: What a method looks into. At most 10 distinct values.
- `float`: What a method takes. At most 10 distinct values.
- `Timer`: What a method returns. At most 10 distinct values.

Buckets up to 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5,
10.
"""

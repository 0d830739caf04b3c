"""A "title" with \u0022\u0022\u0022 and {{ braces }}: typed metrics.

back\u005cslash, newline
and {% raw %}, bell \u0007, direction \u202e, end \u005c

    from metrics_hostile_text import JOBS_DONE

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from ._catalog import CATALOG
from ._labels import KIND_VALUES, Kind, is_kind
from .jobs import JOBS_DONE, JOBS_SIZE

__all__ = [
    "CATALOG",
    "JOBS_DONE",
    "JOBS_SIZE",
    "KIND_VALUES",
    "Kind",
    "is_kind",
]

CATALOG.register()

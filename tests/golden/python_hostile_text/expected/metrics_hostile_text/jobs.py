"""\u0022\u0022\u0022
import os
\u0022\u0022\u0022: metrics of `jobs`.

{# comment #} # noqa

Generated from the catalog by typedprom: change the catalog, not this file.
"""

from __future__ import annotations

from typing import Final

from typedprom import Gauge

from ._catalog import CATALOG
from ._labels import KIND_LABEL, PATH_LABEL
from ._signatures import CounterByKindPath

JOBS_DONE: Final = CounterByKindPath(
    CATALOG,
    key="jobs.done",
    name="app_jobs_done_total",
    help=(
        '"""quotes""" that end it, \\ a backslash, # type: ignore, and a line that is '
        "much longer than a line of the source may be, so that it breaks\n"
        "second line\\"
    ),
    labels=(KIND_LABEL, PATH_LABEL),
    owner='o\'wner "\\"',
)
"""\u0022\u0022\u0022quotes\u0022\u0022\u0022 that end it, \u005c a backslash, # type: ignore, and a line that is much
longer than a line of the source may be, so that it breaks
second line\u005c

Counter `app_jobs_done_total`.

Labels:

- `kind`: '''single''' and "double" \u005cN{BULLET}. One of `say "hi"`, `it's`, `back\u005cslash`,
  `{{ 7 * 7 }}`, `日本語`, `line break`, `tab here`, `%s {x}`, `\u202eright to left`, `é`.
- `path`: ends with a quote". Matches `["'\u005c\u005c/\u005cw]+`; at most 10 distinct values.
"""

JOBS_SIZE: Final = Gauge(
    CATALOG,
    key="jobs.size",
    name="app_jobs_size",
    help="ends with a backslash \\",
    owner='o\'wner "\\"',
)
r"""ends with a backslash \

Gauge `app_jobs_size`.
"""

"""Words that queries cannot use as names, in lower or upper case."""

from __future__ import annotations

from typing import Final

NAMED_NUMBERS: Final = frozenset({"inf", "nan"})

NOT_A_METRIC: Final = frozenset({"bool", "on", "ignoring", "group_left", "group_right", "atan2"})
"""Keywords that cannot be the name of a metric in a query; all others can."""

NOT_A_LABEL: Final = NAMED_NUMBERS | {"without"}
"""Words that no query can group by."""

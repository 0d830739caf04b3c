"""TP4xx of the lint stage itself. Each lint rule defines its own code."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import warning

STALE_SUPPRESSION: Final = warning(
    "TP402",
    "stale-suppression",
    """
    A metric, an alert or a record suppresses a warning that is not reported for it. An unused
    suppression would hide the next warning with this code.

    Wrong, where `placed` has no label `job`:

    ```yaml
    placed:
      type: counter
      help: Orders placed.
      suppress: [{code: TP403, reason: Scraped with honor_labels.}]
    ```

    Right: remove the suppression.
    """,
)

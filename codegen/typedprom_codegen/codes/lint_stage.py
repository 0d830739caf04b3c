"""TP4xx that belong to the lint stage itself; those of its rules stand in the rules."""

from __future__ import annotations

from typing import Final

from typedprom_codegen.codes.define import warning

STALE_SUPPRESSION: Final = warning(
    "TP402",
    "stale-suppression",
    """
    A metric suppresses a warning that is not raised on it. Suppressions that outlive their reason
    hide the next real warning.

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

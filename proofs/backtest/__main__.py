"""Back-tests the generated rules and writes the tables into docs/back-test.md.

`python -m proofs.backtest [--seed N] [--seeds N]`
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from proofs.backtest.proof import DOCS, SEED, SEEDS, prove
from proofs.backtest.report import placed


def main(arguments: Sequence[str] | None = None) -> int:
    """Back-test; write the tables of the usual seeds into the docs."""
    parser = argparse.ArgumentParser(prog="proofs.backtest", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="the first seed")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many seeds")
    options = parser.parse_args(arguments)
    found = prove(options.seed, options.seeds)
    print(found.markdown())
    if (options.seed, options.seeds) == (SEED, SEEDS):
        document = DOCS.read_text(encoding="utf-8")
        DOCS.write_text(placed(document, found.text), encoding="utf-8")
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main())

"""The program `typedprom`, or `python -m typedprom_codegen`."""

import gc
import sys

from typedprom_codegen.cli import main


def run() -> int:
    """Run the command line in a process that exits afterwards."""
    gc.disable()  # nothing is freed before the end, and collections take a fifth of the time
    return main()


if __name__ == "__main__":
    sys.exit(run())

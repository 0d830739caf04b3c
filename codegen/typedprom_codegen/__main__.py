"""The program: `typedprom`, or `python -m typedprom_codegen`."""

import gc
import sys

from typedprom_codegen.cli import main


def run() -> int:
    """Run the command line of a process that ends with it."""
    gc.disable()  # all nodes live to the end: looking for garbage is a fifth of a large compilation
    return main()


if __name__ == "__main__":
    sys.exit(run())

"""Runs all proofs or the named ones and prints their tables; exits with 1 if one fails.

`python -m proofs [--seed N] [--runs N] [--output FILE] [SECTION …]`
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from proofs import cost, exit_matrix, fan_in, gateways, increase
from proofs.backtest import proof as backtest
from proofs.queries import proof as queries
from proofs.support.programs import restore_signals
from proofs.support.section import Section
from proofs.torture import proof as torture
from tools.servers import missing, missing_newer

PEERS = ("prometheus_client", "opentelemetry-sdk", "prometheus-pusher")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sections named by the arguments."""
    parser = argparse.ArgumentParser(prog="proofs", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(_sections()))
    parser.add_argument("--seed", type=int, default=torture.SEED, help="seed of the torture")
    parser.add_argument("--runs", type=int, default=torture.RUNS, help="runs of the torture")
    parser.add_argument("--output", type=Path, help="also write the tables to this file")
    options = parser.parse_args(arguments)
    sections = _sections(options.seed, options.runs)
    if unknown := set(options.sections) - set(sections):
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(sections)}")
    if not_found := missing() + missing_newer():
        print(f"the proofs need {', '.join(not_found)}: run `make servers` first", file=sys.stderr)
        return 2
    restore_signals()
    found = []
    for name in options.sections or sections:
        found.append(sections[name]())
        print(found[-1].markdown(), end="\n\n", flush=True)
    print(_where())
    if options.output:
        parts = [*(section.markdown() for section in found), _where()]
        options.output.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return 1 if any(section.failures for section in found) else 0


def _sections(
    seed: int = torture.SEED, runs: int = torture.RUNS
) -> Mapping[str, Callable[[], Section]]:
    return {
        "exits": exit_matrix.prove,
        "increase": increase.prove,
        "gateways": gateways.prove,
        "fan-in": fan_in.prove,
        "torture": partial(torture.prove, seed, runs),
        "cost": cost.prove,
        "queries": queries.prove,
        "back-test": backtest.prove,
    }


def _where() -> str:
    peers = ", ".join(f"{name} {version(name)}" for name in PEERS)
    return f"CPython {platform.python_version()}, {os.cpu_count()} cores; {peers}."


if __name__ == "__main__":
    sys.exit(main())

"""The command line: its arguments, and printing what came of them. `verbs.py` does the rest."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from typedprom_codegen import __version__
from typedprom_codegen.faults import InternalError

if TYPE_CHECKING:
    _Verbs = argparse._SubParsersAction[argparse.ArgumentParser]

    from typedprom_codegen.verbs import Outcome

INTERNAL = 3
INTERRUPTED = 130  # what a shell reports of a program that Ctrl-C ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; the exit code: 0 all is well, 1 errors or drift, 2 a mistake in the command.

    A fault of typedprom itself ends it with 3.
    """
    try:
        outcome = _run(_parser().parse_args(arguments))
        _print(outcome.stderr, sys.stderr)
        printed = _print(outcome.stdout, sys.stdout)
        return outcome.exit if printed else outcome.exit or 1
    except InternalError as error:
        _print(f"typedprom: internal error: {error}\n", sys.stderr)
        return INTERNAL
    except KeyboardInterrupt:
        _print("typedprom: interrupted\n", sys.stderr)
        return INTERRUPTED
    finally:
        _print("", sys.stdout)  # what argparse printed may still be in the buffer


def _parser() -> argparse.ArgumentParser:
    # Options are taken as they are listed: an abbreviation would break with the next option.
    top = argparse.ArgumentParser(
        prog="typedprom", description="Compile a catalog of metrics.", allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    _add_project(top, default=Path())
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    _add_generate(_add_verb(verbs, "generate", "compile the catalog into every configured target"))
    _add_check(_add_verb(verbs, "check", "check the catalog and change nothing"))
    explain = _add_verb(verbs, "explain", "say what a diagnostic means and how to mend it")
    explain.add_argument(
        "code",
        metavar="CODE",
        nargs="?",
        help="its code or its name: TP203, unknown-label (default: list them all)",
    )
    _add_verb(verbs, "schema", "print the JSON Schema of catalog files, for editors")
    return top


def _add_verb(verbs: _Verbs, name: str, help: str) -> argparse.ArgumentParser:
    verb = verbs.add_parser(
        name, help=help, description=f"{help[:1].upper()}{help[1:]}.", allow_abbrev=False
    )
    _add_project(verb, default=argparse.SUPPRESS)  # what stood before the verb holds
    return verb


def _add_project(parser: argparse.ArgumentParser, default: object) -> None:
    help = "the folder that holds the configuration (default: here)"
    parser.add_argument("--project", type=Path, metavar="DIR", default=default, help=help)


def _add_generate(verb: argparse.ArgumentParser) -> None:
    modes = verb.add_mutually_exclusive_group()
    for mode, help in (
        ("check", "change nothing, list the files that are out of date"),
        ("diff", "change nothing, show what would change as a unified diff"),
    ):
        modes.add_argument(f"--{mode}", action="store_const", dest="mode", const=mode, help=help)
    verb.set_defaults(mode="write")


def _add_check(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    verb.add_argument("--strict", action="store_true", help="fail on warnings too")


def _run(options: argparse.Namespace) -> Outcome:
    # Imported here, so that the help is quick, and Ctrl-C while this is loaded is no traceback.
    from typedprom_codegen import verbs
    from typedprom_codegen.write import Mode

    project: Path = options.project
    match options.verb:
        case "generate":
            return verbs.generate(project, Mode(options.mode))
        case "check":
            return verbs.check(project, verbs.Format(options.format), strict=options.strict)
        case "schema":
            return verbs.schema(project)
        case _:
            return verbs.explain(project, options.code)


def _print(text: str, stream: TextIO | None) -> bool:
    """Whether `text` was written in full, or its reader no longer cared."""
    if stream is None:  # closed by whoever started us
        return True
    try:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # this writes what is in the buffer, too
        if text:
            stream.write(text)
        stream.flush()
    except OSError as error:
        # What is left in the buffer goes nowhere, or the interpreter would complain at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return isinstance(error, BrokenPipeError)
    return True

"""The command line: parses the arguments, runs a command of `commands.py`, prints its result."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from typedprom_codegen import __version__
from typedprom_codegen.internal_errors import InternalError

if TYPE_CHECKING:
    _Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

    from typedprom_codegen.commands import CheckOptions, MutateOptions, Outcome

INTERNAL = 3
INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended; SIGTERM is the same here


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0: no errors. 1: errors, or output that is out of date. 2: wrong arguments. 3: internal error.
    """
    try:
        options = _parser().parse_args(arguments)
        with _ended_like_by_ctrl_c(signal.SIGTERM):
            outcome = _run(options)
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
        _print("", sys.stdout)  # flushes what argparse printed


@contextmanager
def _ended_like_by_ctrl_c(number: signal.Signals) -> Iterator[None]:
    """A signal ends what runs inside, with its processes and temporary files."""
    before = signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def _parser() -> argparse.ArgumentParser:
    # No abbreviations: one that works today would be ambiguous with the next option.
    top = argparse.ArgumentParser(
        prog="typedprom", description="Compile a catalog of metrics.", allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    _add_project(top, default=Path())
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_generate(
        _add_command(subparsers, "generate", "compile the catalog into every configured target")
    )
    _add_check(
        _add_command(subparsers, "check", "check the catalog, and queries elsewhere against it")
    )
    _add_mutate(
        _add_command(
            subparsers, "mutate", "change rules one by one, and list what no test of theirs notices"
        )
    )
    explain = _add_command(subparsers, "explain", "explain a diagnostic and how to fix it")
    explain.add_argument(
        "code",
        metavar="CODE",
        nargs="?",
        help="its code or its name: TP203, unknown-label (default: list them all)",
    )
    _add_command(subparsers, "schema", "print the JSON Schema of catalog files, for editors")
    return top


def _add_command(subparsers: _Subparsers, name: str, help: str) -> argparse.ArgumentParser:
    command = subparsers.add_parser(
        name, help=help, description=f"{help[:1].upper()}{help[1:]}.", allow_abbrev=False
    )
    _add_project(command, default=argparse.SUPPRESS)  # keeps one given before the command
    return command


def _add_project(parser: argparse.ArgumentParser, default: object) -> None:
    help = "the folder with the configuration (default: the current folder)"
    parser.add_argument("--project", type=Path, metavar="DIR", default=default, help=help)


def _add_generate(command: argparse.ArgumentParser) -> None:
    modes = command.add_mutually_exclusive_group()
    for mode, help in (
        ("check", "change nothing; list the files that are out of date"),
        ("diff", "change nothing; show what would change as a unified diff"),
    ):
        modes.add_argument(f"--{mode}", action="store_const", dest="mode", const=mode, help=help)
    command.set_defaults(mode="write")


def _add_check(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    command.add_argument("--strict", action="store_true", help="fail on warnings too")
    for name, what in (("dashboards", "dashboards of Grafana"), ("rules", "rule files")):
        command.add_argument(
            f"--{name}",
            nargs="+",
            action="extend",
            default=[],
            metavar="GLOB",
            help=f"{what}, or folders of them, whose queries are checked against the catalog;"
            " relative to the project; `**` stands for folders",
        )
    baseline = command.add_mutually_exclusive_group()
    baseline.add_argument(
        "--baseline", metavar="FILE", help="report only findings that this file does not list"
    )
    baseline.add_argument(
        "--write-baseline",
        metavar="FILE",
        help="write the findings in dashboards and rules to this file instead of reporting them",
    )


def _add_mutate(command: argparse.ArgumentParser) -> None:
    for name, what in (("rules", "rule files"), ("tests", "test files of promtool")):
        command.add_argument(
            f"--{name}",
            nargs="+",
            action="extend",
            required=True,
            metavar="GLOB",
            help=f"{what}, or folders of them; relative to the project; `**` stands for folders",
        )
    command.add_argument(
        "--accept", metavar="FILE", help="a list of changes that no test needs to notice, and why"
    )
    command.add_argument(
        "--promtool", metavar="PATH", help="the promtool to run (default: that on the PATH)"
    )
    command.add_argument(
        "--enable-feature",
        action="append",
        default=[],
        metavar="NAME",
        help="a feature flag of Prometheus that the rules need, passed on to promtool",
    )
    command.add_argument(
        "--timeout",
        type=float,
        default=60,
        metavar="SECONDS",
        help="how long the tests of a change can take before it counts as noticed (default: 60)",
    )
    command.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _run(options: argparse.Namespace) -> Outcome:
    # Imported here: help stays quick, and Ctrl-C while this loads does not print a traceback.
    from typedprom_codegen import commands
    from typedprom_codegen.write import Mode

    project: Path = options.project
    match options.command:
        case "generate":
            return commands.generate(project, Mode(options.mode))
        case "check":
            return commands.check(project, _check_options(options))
        case "mutate":
            return commands.mutate(project, _mutate_options(options))
        case "schema":
            return commands.schema(project)
        case _:
            return commands.explain(project, options.code)


def _check_options(options: argparse.Namespace) -> CheckOptions:
    from typedprom_codegen import commands

    return commands.CheckOptions(
        style=commands.Format(options.format),
        strict=options.strict,
        dashboards=tuple(options.dashboards),
        rules=tuple(options.rules),
        baseline=options.baseline,
        write_baseline=options.write_baseline,
    )


def _mutate_options(options: argparse.Namespace) -> MutateOptions:
    from typedprom_codegen import commands

    return commands.MutateOptions(
        style=commands.Format(options.format),
        rules=tuple(options.rules),
        tests=tuple(options.tests),
        accept=options.accept,
        promtool=options.promtool,
        timeout=options.timeout,
        features=tuple(options.enable_feature),
    )


def _print(text: str, stream: TextIO | None) -> bool:
    """Write `text`; False where that failed for another reason than a closed pipe."""
    if stream is None:  # the parent process closed it
        return True
    try:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # flushes the buffer as well
        if text:
            stream.write(text)
        stream.flush()
    except OSError as error:
        # Discard what is left in the buffer, or the interpreter would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return isinstance(error, BrokenPipeError)
    return True

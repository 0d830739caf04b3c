"""`typedprom-spool`: show a spool, deliver it, serve it, verify that it arrives, retire series."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn

from typedprom.core.environment import warn_of_unknown_variables
from typedprom.core.variables import SPOOL_DIR
from typedprom.delivery.sinks import sink_variables, specs
from typedprom.spool.format import FormatError
from typedprom.spool.ownership import remedy

# In a message of argparse, an argument that may be a URL with a password, and what follows it.
_ADDRESS: Final = re.compile(r"\S*(?:[@?]|[:=]\S).*", re.DOTALL)


class _CommandParser(argparse.ArgumentParser):
    """A parser that does not repeat addresses."""

    def error(self, message: str) -> NoReturn:
        super().error(_ADDRESS.sub("...", message))


_LONGEST: Final = 86_400.0  # seconds


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Exit code 0 is success, 1 is failure, 2 is wrong usage."""
    options = _parser().parse_args(arguments)
    warn_of_unknown_variables(sink_variables())
    try:
        from typedprom.delivery import commands
        from typedprom.delivery.autostart import NoFolderError
    except ImportError as error:  # Windows
        print(f"typedprom-spool: a spool needs what this system lacks: {error}", file=sys.stderr)
        return 1
    run = {
        "status": commands.status,
        "deliver": commands.deliver,
        "serve": commands.serve,
        "retire": commands.retire,
        "verify": commands.verify,
    }
    try:
        return run[options.command](options)
    except NoFolderError as error:
        commands.print_error(f"{error}; use an absolute path")
        return 2
    except (OSError, FormatError, commands.CommandError, commands.UsageError) as error:
        commands.print_error(f"{error}{remedy(error, options.directory)}")
        return 2 if isinstance(error, commands.UsageError) else 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = _CommandParser(prog="typedprom-spool", description=__doc__)
    add = parser.add_subparsers(dest="command", required=True, metavar="COMMAND").add_parser

    status = add("status", help="show what the spool holds")
    _optional_directory(status)
    status.add_argument("--json", action="store_true", help="print JSON")

    deliver = add("deliver", help="deliver what all processes, running or not, have recorded")
    _optional_directory(deliver)
    for flag, metavar, text in (spec.option for spec in specs()):
        deliver.add_argument(flag, dest=flag, metavar=metavar, help=text)
    deliver.add_argument("--job", help="`job` of the grouping key; default: that of the processes")
    deliver.add_argument(
        "--timeout",
        type=_seconds,
        default=30.0,
        metavar="SECONDS",
        help="how long to retry; default: %(default)g",
    )

    serve = add("serve", help="expose the spool at /metrics until stopped")
    _directory(serve)
    serve.add_argument("--port", type=int, required=True, help="0 for any that is free")
    serve.add_argument("--addr", default="127.0.0.1", help="default: %(default)s (this machine)")
    serve.add_argument("--health", metavar="PATH", help="a path that answers `ok`")
    text = "TLS and users, in the file that Prometheus exporters share"
    serve.add_argument("--web.config.file", dest="web_config", type=Path, metavar="FILE", help=text)

    retire = add("retire", help="remove series that are not recorded any more")
    _directory(retire)
    retire.add_argument("series", metavar="SERIES", help='name or name{label="value",…}')
    retire.add_argument("--all", action="store_true", help="remove all series of the name")

    verify = add("verify", help="check that what the spool holds arrives in Prometheus")
    _optional_directory(verify)
    for flag, metavar, text in (spec.option for spec in specs() if spec.is_grouped):
        verify.add_argument(flag, dest=flag, metavar=metavar, help=text)
    verify.add_argument("--prometheus", metavar="URL", help="the Prometheus that scrapes it")
    verify.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0.0 < (seconds := float(text)) <= _LONGEST:
            return seconds
    raise argparse.ArgumentTypeError(f"it must be a number of seconds up to {_LONGEST:,.0f}")


def _directory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="a spool directory")


def _optional_directory(parser: argparse.ArgumentParser) -> None:
    text = f"a spool directory; default: ${SPOOL_DIR}"
    parser.add_argument("directory", nargs="?", metavar="DIR", help=text)


if __name__ == "__main__":
    sys.exit(main())

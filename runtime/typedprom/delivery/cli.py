"""`typedprom-spool`: look at a spool, deliver it, serve it, take series out of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from typedprom.core.environment import warn_of_unknown_variables
from typedprom.core.variables import SPOOL_DIR
from typedprom.delivery import commands as verbs
from typedprom.spool.format import FormatError

_VERBS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "status": verbs.status,
    "deliver": verbs.deliver,
    "serve": verbs.serve,
    "retire": verbs.retire,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb; 0 if it did what was asked, 1 if it could not, 2 where the usage was wrong."""
    options = _parser().parse_args(arguments)
    warn_of_unknown_variables()
    try:
        return _VERBS[options.verb](options)
    except verbs.UsageError as error:
        print(f"typedprom-spool: {error}", file=sys.stderr)
        return 2
    except (OSError, FormatError, verbs.VerbError) as error:
        print(f"typedprom-spool: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="typedprom-spool", description=__doc__)
    add = parser.add_subparsers(dest="verb", required=True, metavar="VERB").add_parser

    status = add("status", help="say what the spool holds")
    _optional_directory(status)
    status.add_argument("--json", action="store_true", help="for programs")

    deliver = add("deliver", help="deliver what processes, living and dead, have recorded")
    _optional_directory(deliver)
    deliver.add_argument("--pushgateway", metavar="URL", help="instead of what variables name")
    deliver.add_argument("--textfile", type=Path, metavar="FILE.prom", help="for node_exporter")
    deliver.add_argument("--otlp", metavar="URL", help="an OTLP/HTTP endpoint")
    deliver.add_argument("--job", help="of the grouping key; by default that of the processes")
    deliver.add_argument(
        "--timeout",
        type=_seconds,
        default=30.0,
        metavar="SECONDS",
        help="how long to go on trying; default: %(default)g",
    )

    serve = add("serve", help="expose the spool at /metrics until stopped")
    _directory(serve)
    serve.add_argument("--port", type=int, required=True, help="0 for any that is free")
    serve.add_argument(
        "--addr", default="127.0.0.1", help="default: %(default)s, this machine only"
    )
    serve.add_argument("--health", metavar="PATH", help="a path that answers `ok`")
    serve.add_argument(
        "--web.config.file",
        dest="web_config",
        type=Path,
        metavar="FILE",
        help="TLS and users, in the file that Prometheus exporters share",
    )

    retire = add("retire", help="remove series that nobody records any more")
    _directory(retire)
    retire.add_argument("series", metavar="SERIES", help='name or name{label="value",…}')
    retire.add_argument("--all", action="store_true", help="all series of a name without labels")
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0.0 < seconds <= 86_400.0:
        raise ValueError
    return seconds


def _directory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", type=Path, metavar="DIR", help="a spool directory")


def _optional_directory(parser: argparse.ArgumentParser) -> None:
    about = f"a spool directory; default: ${SPOOL_DIR}"
    parser.add_argument("directory", type=Path, nargs="?", metavar="DIR", help=about)


if __name__ == "__main__":
    sys.exit(main())

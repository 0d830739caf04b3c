"""Reads a file of others that has queries: UTF-8, limited in size."""

from __future__ import annotations

from typedprom_codegen.codes.query_files import UNREADABLE_QUERY_FILE
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.load.file_text import (
    LARGEST_FILE,
    SAVE_AS_UTF8,
    encoding_problem,
    read_bytes,
    reason_of,
)
from typedprom_codegen.sources.file_patterns import FoundFile


def text_of(file: FoundFile, found: Diagnostics) -> str | None:
    """The text of a file without its byte order mark; None if it cannot be read."""
    start = Span(file.shown, 1, 1, 1, 1)
    try:
        data = read_bytes(file.path)
    except (OSError, ValueError) as problem:
        message = f"`{file.shown}` cannot be read: {reason_of(problem)}"
        help = "fix its permissions, or use a pattern that does not match it"
        found.report(UNREADABLE_QUERY_FILE, message, start, help=help)
        return None
    if len(data) > LARGEST_FILE:
        message = f"`{file.shown}` is larger than {LARGEST_FILE >> 20} MiB"
        help = "use a pattern that does not match it"
        found.report(UNREADABLE_QUERY_FILE, message, start, help=help)
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        message, place = encoding_problem(data, problem.start, file.shown)
        found.report(UNREADABLE_QUERY_FILE, message, place, help=SAVE_AS_UTF8)
        return None

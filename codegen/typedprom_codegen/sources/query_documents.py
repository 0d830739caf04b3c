"""Reads a file of others that has queries: JSON or YAML in UTF-8, limited in size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from typedprom_codegen.codes.checked_files import QUERY_FILE_SYNTAX, UNREADABLE_QUERY_FILE
from typedprom_codegen.diagnostics import Diagnostics, Span
from typedprom_codegen.load.file_text import (
    LARGEST_FILE,
    SAVE_AS_UTF8,
    encoding_problem,
    read_bytes,
    reason_of,
)
from typedprom_codegen.sources.document import Document, DocumentValue
from typedprom_codegen.sources.file_patterns import FoundFile
from typedprom_codegen.sources.json_text import JsonDocument, JsonSyntaxError
from typedprom_codegen.sources.lines import Lines
from typedprom_codegen.sources.yaml_document import yaml_documents

SUFFIXES: Final = (".json", ".yaml", ".yml")
"""Of the files that a folder stands for."""

_PROVISIONING: Final = (1, "1")  # the version of files that are no resources


def documents_of(file: FoundFile, found: Diagnostics) -> Sequence[Document] | None:
    """The documents of a file, one if it is JSON; None if it cannot be read, which is reported."""
    text = _text_of(file, found)
    if text is None:
        return None
    if not _is_json(file, text):
        return yaml_documents(file, text, found)
    try:
        return [JsonDocument(file.shown, text)]
    except JsonSyntaxError as problem:
        place = Lines(text).span(file.shown, problem.offset, min(problem.offset + 1, len(text)))
        message = f"not JSON: {problem.message}"
        found.report(QUERY_FILE_SYNTAX, message, place, help="export it again, or fix the file")
        return None


def is_provisioning(root: DocumentValue) -> bool:
    """Whether a file sets Grafana up: it often lies beside dashboards and alerts."""
    return root["apiVersion"].data in _PROVISIONING


def _is_json(file: FoundFile, text: str) -> bool:
    """Whether a file is read as JSON: by its suffix, or how it begins if that says nothing."""
    if file.path.suffix in SUFFIXES:
        return file.path.suffix == ".json"
    return text.lstrip().startswith(("{", "["))


def _text_of(file: FoundFile, found: Diagnostics) -> str | None:
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

"""Explains errors of the YAML parser in messages of our own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import yaml

from typedprom_codegen.codes import files as codes
from typedprom_codegen.diagnostics import Code
from typedprom_codegen.load.file_text import LINE_BREAK
from typedprom_codegen.load.yaml_nodes import Position


@dataclass(frozen=True, slots=True)
class YamlError:
    """Why a file is not valid YAML, and where."""

    code: Code
    message: str
    help: str
    position: Position


@dataclass(frozen=True, slots=True)
class _ErrorPattern:
    """A pattern for messages of YAML parsers (context and problem), and our message instead."""

    parser_says: re.Pattern[str]
    message: str
    help: str
    at_context: bool = False  # the position is where the construct begins


def _pattern(
    parser_says: str, message: str, help: str, *, at_context: bool = False
) -> _ErrorPattern:
    return _ErrorPattern(re.compile(parser_says), message, help, at_context)


_SECOND_COLON: Final = "mapping values are not allowed"
_IN_MAPPING: Final = "while parsing a block mapping"
_NO_COLON: Final = "there is no `:`"
_LIKE_THE_OTHERS: Final = "indent it exactly like the fields that it belongs to"

_PATTERNS: Final = (
    _pattern(
        "quoted scalar; found unexpected",
        "the quote that opens here is never closed",
        "close it; write a quote in single-quoted text twice, and in double-quoted text with a "
        "backslash",
        at_context=True,
    ),
    _pattern(
        "flow sequence",
        "the list that opens here is not closed, or a comma is missing in it",
        "close it with `]`, and put a comma between two items",
        at_context=True,
    ),
    _pattern(
        "flow mapping",
        "the `{` that opens here is not closed, or a comma is missing after it",
        "close it with `}`, and put a comma between two fields",
        at_context=True,
    ),
    _pattern(
        "node content|expected the node",
        "expected a value; the list or mapping around it is not complete",
        "complete it; put text that begins with a special character in quotes",
    ),
    _pattern(
        _SECOND_COLON,
        "a second `: ` on one line",
        "put text that contains `: ` in quotes; begin a nested mapping on a line of its own",
    ),
    _pattern(
        "could not find expected ':'|simple key",
        f"expected a `key: value` pair, but {_NO_COLON}",
        "write `key: value`; indent a line that continues the text above it",
        at_context=True,
    ),
    _pattern(
        "sequence entries are not allowed",
        "a `- ` item is not allowed here",
        "begin the list on a line of its own, below its key",
    ),
    _pattern(
        f"{_IN_MAPPING}|mapping keys are not allowed",
        "this line is indented neither like the fields above it nor like their parent",
        _LIKE_THE_OTHERS,
    ),
    _pattern(
        "while parsing a block collection|block sequence",
        "this line is indented neither like the list above it nor like its key",
        "begin it with `- `, or indent it like the key that holds the list",
    ),
    _pattern(
        "escape",
        "an unknown escape sequence in double quotes",
        "write each backslash twice, or use single quotes, which have no escapes",
    ),
    _pattern(
        "alias|anchor",
        "`*` or `&` is followed by text that is not a name",
        "put text that begins with `*` or `&` in quotes",
    ),
    _pattern(
        "tag", "`!` begins a tag, which is malformed", "put text that begins with `!` in quotes"
    ),
    _pattern(
        "block scalar",
        "the `|` or `>` block is malformed",
        "write only `-` or `+` after it, and indent all of its lines equally, with spaces",
    ),
    _pattern(
        "document start|directive",
        "text after the end of the document, or a malformed `%` line",
        "remove `...`, `---` and lines that begin with `%`",
    ),
)

_FALLBACK: Final = _pattern("", "the file is not valid YAML from here on", "check the lines above")
_KEY: Final = re.compile(r"\s*([\w.-]+)")
_KEY_WITHOUT_SPACE: Final = re.compile(r"\s*(?:- )?([\w.-]+)(:)[^\s:/]")
_LONE_KEY: Final = re.compile(r"(\s*(?:- )?)([\w.-]+)\s*(?:#.*)?")
_OPENING: Final = re.compile(r".*:\s*(?:#.*)?|\s*(?:#.*)?")
_BAD_START: Final = "that cannot start any token"


def explain_yaml_error(problem: Exception, text: str) -> YamlError:
    """The error in a file that the YAML parser rejected."""
    if not isinstance(problem, yaml.MarkedYAMLError):
        return YamlError(codes.SYNTAX, _FALLBACK.message, _FALLBACK.help, (0, 0, 0, 1))
    lines = LINE_BREAK.split(text)
    mark = problem.problem_mark or problem.context_mark
    line = mark.line if mark else 0
    column = mark.column if mark else 0
    if (tab := _tab(lines, line)) is not None:
        message = "this line is indented with a tab; YAML requires spaces"
        return YamlError(codes.TAB, message, "indent with spaces", (line, tab, line, tab + 1))
    said = f"{problem.context or ''}; {problem.problem or ''}"
    if _BAD_START in said:
        return _bad_start(lines, line, column)
    if (seen := _from_text(said, lines, line, column)) is not None:
        return seen
    pattern = next(
        (pattern for pattern in _PATTERNS if pattern.parser_says.search(said)), _FALLBACK
    )
    if pattern.at_context and problem.context_mark is not None:
        line, column = problem.context_mark.line, problem.context_mark.column
        if _NO_COLON in pattern.message and (found := _missing_space(lines, line)):
            return found
    return YamlError(codes.SYNTAX, pattern.message, pattern.help, _token(lines, line, column))


def _from_text(said: str, lines: list[str], line: int, column: int) -> YamlError | None:
    """An error for which the text is clearer than the message of the parser."""
    if line >= len(lines):
        return None
    before, after = lines[line][:column], lines[line][column:]
    if _SECOND_COLON in said and (colon := _missing_colon_above(lines, line)):
        return colon
    if _SECOND_COLON in said and (key := _KEY.fullmatch(before)):
        message = "this field is indented more than the fields above it"
        position = line, key.start(1), line, column
        return YamlError(codes.SYNTAX, message, _LIKE_THE_OTHERS, position)
    if _IN_MAPPING not in said:
        return None
    if before.rstrip().endswith(('"', "'")):
        message, help_ = "text after a closing quote", "put the whole text in quotes"
    elif after.startswith("- "):
        message, help_ = "a `- ` item is not allowed between fields", "indent it like its list"
    else:
        return None
    return YamlError(codes.SYNTAX, message, help_, _token(lines, line, column))


def _missing_colon_above(lines: list[str], line: int) -> YamlError | None:
    """A key in the line above without `:`, or without a space after it.

    YAML reads such a line as text, and refuses the first line that cannot continue it.
    """
    above = next((number for number in range(line - 1, -1, -1) if lines[number].strip()), None)
    if above is None:
        return None
    if (found := _missing_space(lines, above)) is not None:
        return found
    lone = _LONE_KEY.fullmatch(lines[above])
    begins = above == 0 or _OPENING.fullmatch(lines[above - 1])  # not the second line of a text
    if lone is None or not begins or len(lone[1]) > len(lines[line]) - len(lines[line].lstrip()):
        return None
    message = f"missing `:` after `{lone[2]}`"
    position = above, lone.start(2), above, lone.end(2)
    return YamlError(codes.SYNTAX, message, "write `key: value`", position)


def _missing_space(lines: list[str], line: int) -> YamlError | None:
    """A key without a space between its `:` and the value, which YAML reads as one word."""
    key = _KEY_WITHOUT_SPACE.match(lines[line])
    if key is None or ": " in lines[line]:
        return None
    message = f"missing space after the `:` of `{key[1]}`"
    position = line, key.start(2), line, key.end(2)
    return YamlError(codes.SYNTAX, message, "write `key: value`, with a space", position)


def _tab(lines: list[str], line: int) -> int | None:
    """The column of a tab in a line's indentation."""
    if line >= len(lines):
        return None
    text = lines[line]
    found = text.find("\t", 0, len(text) - len(text.lstrip()))
    return None if found < 0 else found


def _bad_start(lines: list[str], line: int, column: int) -> YamlError:
    character = lines[line][column : column + 1] if line < len(lines) else ""
    position = (line, column, line, column + 1)
    if character == "\t":
        return YamlError(codes.TAB, "a tab where YAML allows only spaces", "use spaces", position)
    message = f"a value cannot begin with `{character}`"
    return YamlError(codes.SYNTAX, message, "put the value in quotes", position)


def _token(lines: list[str], line: int, column: int) -> Position:
    """The word at a position, or at the end of the last line before it that is not blank."""
    while line > 0 and (line >= len(lines) or not lines[line].strip()):
        line -= 1
        column = len(lines[line])
    word = re.compile(r"\S[^\s:,\]}]*").match(lines[line], column) if lines else None
    return line, column, line, word.end() if word else column + 1

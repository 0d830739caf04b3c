"""Turns errors of the pydantic models into messages in the words of the catalog language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pydantic_core import ErrorDetails

from typedprom_codegen.codes import fields as codes
from typedprom_codegen.load.invalid_value import InvalidValue, ValidationProblem
from typedprom_codegen.load.near_values import base_unit, near_duration, near_name, near_quantity
from typedprom_codegen.load.scalars import AmbiguousScalar, describe, resolve_plain
from typedprom_codegen.load.schema import ValueSchema, file_schema
from typedprom_codegen.load.yaml_nodes import (
    Node,
    Path,
    SourceFile,
    child,
)
from typedprom_codegen.message_parts import (
    EMPTY,
    article,
    did_you_mean,
    one_of,
    quoted,
    sentence,
    similar,
    suggestion,
)

KEY_MARK: Final = "[key]"
"""The end of pydantic's location if the error is about a key, not its value."""

UNKNOWN: Final = "extra_forbidden"
"""Pydantic's type of error for an unknown field."""

_OF_KEYS: Final = frozenset(
    {"string_pattern_mismatch", "string_type", "string_too_short", "string_too_long"}
)
"""Pydantic's types of errors about keys."""

NOT_BLANK: Final = r"\S"
"""The schema's pattern for text that must not be blank."""

PRESET: Final = "preset"
"""The tag of buckets that refer to a preset."""

_DISABLED: Final = "disabled"
"""The field that turns an alert off."""

_BOOLEAN: Final = "a boolean"
_COUNTS: Final = "a plain count has no unit"


def problems(source: SourceFile, errors: Iterable[ErrorDetails]) -> list[ValidationProblem]:
    """The problems of a file. A misspelled field is not reported as missing as well."""
    located = ((_locate(source, error), error["type"]) for error in errors)
    each_once = dict.fromkeys(_problem(at, kind) for at, kind in located if at is not None)
    found = list(each_once)  # pydantic reports a quantity as no string, and as no number
    intended = {each.intended for each in found}
    return [
        each for each in found if each.code is not codes.MISSING_FIELD or each.path not in intended
    ]


def _problem(invalid: InvalidValue, kind: str) -> ValidationProblem:
    if invalid.node and not invalid.is_nothing:
        if invalid.schema.is_quantity:
            return _not_quantity(invalid)
        if invalid.schema.is_duration:
            return _not_duration(invalid)
    valueless = invalid.is_nothing and (kind != "string_type" or invalid.text == EMPTY)
    if valueless and kind != UNKNOWN:
        return _nothing(invalid)
    return _EXPLAIN.get(kind, _other)(invalid)


def _locate(source: SourceFile, error: ErrorDetails) -> InvalidValue | None:
    """Follow pydantic's location, which has branches of unions, through the file and the schema.

    None if the error is about an alternative that the value is not meant to be.
    """
    path: Path = ()
    node: Node | None = source.root
    schema = parent = file_schema()
    union: ValueSchema | None = None  # that `parent` is a branch of
    entered: ValueSchema | None = None  # that `schema` is a branch of
    location = error["loc"]
    is_key = error["type"] in _OF_KEYS and location[-1] == KEY_MARK
    for part in location[:-1] if is_key else location:
        if schema.is_quantity:
            break  # pydantic names the branch
        if schema.alternatives:
            meant = "dict" if node is not None and isinstance(node.data, dict) else "list"
            if not str(part).startswith(meant):
                return None
            schema = schema.alternatives[meant]
            continue
        if schema.branches:
            entered, schema = schema, schema.branches[str(part)]
        else:
            parent, union, entered = schema, entered, None
            path = (*path, part)
            schema = schema.field(part) if isinstance(part, str) else schema.items
            node = _child(node, part)
    schema = parent.keys if is_key else schema
    limits = {**error.get("ctx", {}), "whole": error["type"] == "int_type"}
    return InvalidValue(source, path, node, schema, parent, union, limits)


def _child(node: Node | None, part: str | int) -> Node | None:
    try:
        return None if node is None else child(node, part)
    except KeyError:
        return None


def _nothing(at: InvalidValue) -> ValidationProblem:
    subject = at.name if isinstance(at.path[-1], str) else f"an item of `{at.path[-2]}`"
    return at.wrong_type(f"{subject} has no value", at.as_in_example())


def _unknown_field(at: InvalidValue) -> ValidationProblem:
    name = str(at.path[-1])
    field, near = _intended(name, at.parent.fields)
    message = f"unknown field `{name}` in {article(at.parent.title)}{near}"
    span = at.source.key(*at.path)
    intended = (*at.path[:-1], field) if field else None
    return ValidationProblem(
        at.path, codes.UNKNOWN_FIELD, message, _unknown_field_help(at, name), span, intended
    )


def _intended(name: str, fields: Iterable[str]) -> tuple[str | None, str]:
    """The field that an unknown one probably stands for, and the suggestion."""
    head, colon, value = name.partition(":")
    if colon and head in fields:
        return head, suggestion(f"{head}: {value}")
    near = next(iter(similar(name, fields, most=1)), None)
    return near, suggestion(near)


def _unknown_field_help(at: InvalidValue, name: str) -> str:
    """What to do about an unknown field. Names the nearest fields only: others may be added."""
    branches = at.union.branches if at.union else {}
    owners = [branch.title for branch in branches.values() if name in branch.fields]
    if owners:
        return f"remove it; only {article(one_of(owners))} has `{name}`"
    if name in file_schema().fields:
        return f"`{name}:` must be at the beginning of a line, not inside another key"
    head, colon, _ = name.partition(":")
    if colon and head in at.parent.fields:
        return "add a space after the `:`"
    near = [f"`{field}`" for field in similar(head, at.parent.fields)]
    if near:
        return f"rename it to {one_of(near)}, or remove it"
    return f"remove it; `typedprom schema` lists the fields of {article(at.parent.title)}"


def _missing_field(at: InvalidValue) -> ValidationProblem:
    name = str(at.path[-1])
    message = f"{_entry(at.path[:-1], at.parent)} needs `{name}`"
    help_ = f"add it, for example `{name}: {at.schema.example}`"
    owner = at.source.key(*at.path[:-1])
    return at.problem(codes.MISSING_FIELD, message, help_, owner)


def _missing_tag(at: InvalidValue) -> ValidationProblem:
    data = at.data if isinstance(at.data, dict) else {}
    tag = at.schema.tag or ""
    known = {field for branch in at.schema.branches.values() for field in branch.fields}
    for name in sorted(data.keys() - known):
        field, near = _intended(name, known)
        if field == tag:
            message = f"unknown field `{name}` in {article(at.schema.title)}{near}"
            help_ = f"`{tag}` must be {one_of(at.schema.branches)}"
            return at.problem(codes.UNKNOWN_FIELD, message, help_, at.source.key(*at.path, name))
    message = f"{_entry(at.path, at.schema)} needs `{at.schema.tag}`"
    help_ = f"add `{tag}:` with {one_of(at.schema.branches)}"
    return at.problem(codes.MISSING_FIELD, message, help_, at.source.key(*at.path))


def _entry(path: Path, schema: ValueSchema) -> str:
    """The name of a mapping in a message: its key if it is an entry of a section."""
    return f"{schema.title} `{path[1]}`" if len(path) == 2 else article(schema.title)


def _unknown_tag(at: InvalidValue) -> ValidationProblem:
    tag = at.schema.tag or ""
    found = _child(at.node, tag)
    value = InvalidValue(at.source, (*at.path, tag), found, at.schema, at.schema, None, {})
    if value.is_nothing:
        return at.problem(codes.WRONG_TYPE, f"`{tag}` has no value", _one_of(at), value.span)
    near = did_you_mean(str(value.data), at.schema.branches)
    message = f"unknown {at.schema.title} {tag} {value.text}{near}"
    return at.problem(codes.UNKNOWN_VALUE, message, _one_of(at), value.span)


def _one_of(at: InvalidValue) -> str:
    return f"write {one_of(at.schema.branches or at.schema.words)}"


def _unknown_word(at: InvalidValue) -> ValidationProblem:
    if isinstance(at.data, list | dict):
        return at.wrong_type(f"{at.name} must be a word, not {at.text}", _one_of(at))
    word = at.written
    base = base_unit(word) if at.schema.title == "unit" else None
    near = suggestion(base) or did_you_mean(word, at.schema.words)
    counts = f"; {_COUNTS}" if at.schema.title == "unit" else ""
    message = f"unknown {at.schema.title} {at.text}{near}"
    return at.problem(codes.UNKNOWN_VALUE, message, _one_of(at) + counts)


def _not_text(at: InvalidValue) -> ValidationProblem:
    if isinstance(at.data, list | dict):
        return at.wrong_type(f"{at.name} must be a string, not {at.text}", at.as_in_example())
    message = f"expected a string, but unquoted {at.text} is {describe(at.data)}"
    is_word = describe(at.data) == _BOOLEAN and at.schema.pattern == NOT_BLANK
    help_ = f'quote it: "{at.written}"'
    if is_word:
        help_ = f"write text, {at.as_in_example()}; if it is meant, {help_}"
    return at.problem(codes.UNQUOTED_TEXT, message, help_)


def _not_number(at: InvalidValue) -> ValidationProblem:
    number = "an integer" if at.limits.get("whole") else "a number"
    message, help_ = f"{at.name} must be {number}, not {describe(at.data)}", at.as_in_example()
    if isinstance(at.data, str) and isinstance(resolve_plain(at.data), int | float):
        message, help_ = f"{at.name} must be {number}, not a quoted string", "remove the quotes"
    elif isinstance(at.data, AmbiguousScalar):
        message = f"{at.text} is {at.data.reads_as} to some YAML parsers and a string to others"
        help_ = f"{at.name} must be {number}: write it in plain decimal digits"
    elif isinstance(at.data, float):
        message = f"{at.name} must be an integer, not {at.text}"
    return at.wrong_type(message, help_)


def _not_quantity(at: InvalidValue) -> ValidationProblem:
    near = near_quantity(at.written, at.schema.pattern)
    message = f"{at.name} must be a number or a quantity, not {at.text}{suggestion(near)}"
    units = ", with a unit where it has one: `50%`, `64MiB`, `30m`"
    help_ = f"write a number{units}" if at.schema.has_units else at.as_in_example()
    return at.wrong_type(message, help_)


def _not_duration(at: InvalidValue) -> ValidationProblem:
    help_ = f"write a number and a unit (s, m, h, d or w), {at.as_in_example()}"
    if re.fullmatch("0+[smhdw]", at.written):
        return at.problem(codes.OUT_OF_RANGE, f"{at.name} must be longer than {at.text}", help_)
    if re.fullmatch("[1-9][0-9]{6,}[smhdw]", at.written):
        help_ = "write it in a larger unit (s, m, h, d or w), or a shorter time"
        message = f"{at.name} is {at.text}, which has more than six digits"
        return at.problem(codes.OUT_OF_RANGE, message, help_)
    near = near_duration(at.written, at.schema.pattern)
    return at.wrong_type(f"{at.name} must be a time, not {at.text}{suggestion(near)}", help_)


def _not_boolean(at: InvalidValue) -> ValidationProblem:
    message = f"{at.name} must be `true` or `false`, not {at.text}"
    return at.wrong_type(message, "write `true` or `false`, without quotes")


def _not_list(at: InvalidValue) -> ValidationProblem:
    return at.wrong_type(f"{at.name} must be a list, not {describe(at.data)}", at.as_in_example())


def _not_mapping(at: InvalidValue) -> ValidationProblem:
    message = f"{at.name} must be a mapping, not {describe(at.data)}"
    return at.wrong_type(message, at.as_in_example(_intended_mapping(at)))


def _intended_mapping(at: InvalidValue) -> str | None:
    """The mapping that a word probably stands for: a branch of a union, a preset, `disabled`."""
    word, branches = at.data, at.schema.branches
    if _DISABLED in at.schema.fields and describe(word) == _BOOLEAN:
        return f"{{{_DISABLED}: {at.schema.field(_DISABLED).example}}}"
    if not isinstance(word, str) or not branches:
        return None
    if word in branches:
        return branches[word].example
    return (
        f"{{kind: {PRESET}, name: {word}}}" if PRESET in branches and word.isidentifier() else None
    )


def _out_of_range(at: InvalidValue) -> ValidationProblem:
    words = {"gt": "greater than", "ge": "at least", "lt": "less than", "le": "at most"}
    bound = next(f"{words[key]} {_plain(limit)}" for key, limit in _numbers(at) if key in words)
    message = f"{at.name} must be {bound}, not {at.text}"
    return at.problem(codes.OUT_OF_RANGE, message, sentence(at.schema.description))


def _too_long(at: InvalidValue) -> ValidationProblem:
    most = next(limit for key, limit in _numbers(at) if key == "max_length")
    size = len(at.data) if isinstance(at.data, str | list | dict) else 0
    what = "characters" if isinstance(at.data, str) else "items"
    message = f"{at.name} has {size} {what}; at most {_plain(most)} are allowed"
    return at.problem(codes.OUT_OF_RANGE, message, sentence(at.schema.description))


def _plain(limit: float) -> str:
    return str(int(limit) if limit == int(limit) else limit)


def _numbers(at: InvalidValue) -> list[tuple[str, float]]:
    return [(key, limit) for key, limit in at.limits.items() if isinstance(limit, int | float)]


def _empty(at: InvalidValue) -> ValidationProblem:
    if at.path[-1] == "":
        span, title = at.source.key(*at.path), article(at.schema.title)
        help_ = f"write it out, for example `{at.schema.example}`"
        return at.problem(codes.EMPTY_VALUE, f"{title} is empty", help_, span)
    return at.problem(codes.EMPTY_VALUE, f"{at.name} is empty", at.as_in_example())


def _invalid_name(at: InvalidValue) -> ValidationProblem:
    pattern = str(at.limits.get("pattern"))
    if pattern == NOT_BLANK:
        return _empty(at)
    key = at.schema == at.parent.keys
    text = str(at.path[-1] if key else at.data)
    message = (
        f"{quoted(text)} is not a valid {at.schema.title}{suggestion(near_name(text, pattern))}"
    )
    span = at.source.key(*at.path) if key else at.span
    return at.problem(codes.ILLEGAL_NAME, message, sentence(at.schema.description), span)


def _other(at: InvalidValue) -> ValidationProblem:
    return at.wrong_type(
        f"{at.text} is not a valid value of {at.name}", sentence(at.schema.description)
    )


_EXPLAIN: Final = {
    UNKNOWN: _unknown_field,
    "missing": _missing_field,
    "union_tag_not_found": _missing_tag,
    "union_tag_invalid": _unknown_tag,
    "literal_error": _unknown_word,
    "string_type": _not_text,
    "float_type": _not_number,
    "int_type": _not_number,
    "bool_type": _not_boolean,
    "list_type": _not_list,
    "dict_type": _not_mapping,
    "model_type": _not_mapping,
    "model_attributes_type": _not_mapping,
    "greater_than": _out_of_range,
    "greater_than_equal": _out_of_range,
    "less_than": _out_of_range,
    "less_than_equal": _out_of_range,
    "too_short": _empty,
    "string_too_short": _empty,
    "too_long": _too_long,
    "string_too_long": _too_long,
    "string_pattern_mismatch": _invalid_name,
}
"""The function for each type of error that the models of raw.py can raise."""

"""The project's configuration: `[tool.typedprom]` of pyproject.toml, or all of typedprom.toml."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from itertools import combinations
from pathlib import Path, PureWindowsPath
from typing import Any, get_origin, get_type_hints

from typedprom_codegen.codes import configuration as codes
from typedprom_codegen.diagnostics import Diagnostics, Related, Span
from typedprom_codegen.emit import Target, target_names, target_of
from typedprom_codegen.query_config import SETTINGS, QueryConfig, query_config
from typedprom_codegen.toml_table import Table, read_table

PYPROJECT = "pyproject.toml"
OWN_FILE = "typedprom.toml"
CATALOG = "catalog"
DIRECTORY = "directory"

_ELSEWHERE = "run typedprom in the project's folder, or pass it as --project"
_OPTION_TYPES: dict[object, tuple[str, str]] = {  # the name of the type, and an example
    str: ("a string", '"…"'),
    int: ("an integer", "100"),
    bool: ("true or false", "true"),
    tuple[str, ...]: ("a list of strings", '["…"]'),
}


class NoProjectError(Exception):
    """The project's folder does not exist or has no configuration."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that the configuration names."""

    name: str  # the target whose files go there, or "catalog"
    path: Path
    shown: str  # relative to the project, with forward slashes
    span: Span  # of its setting


@dataclass(frozen=True, slots=True)
class TargetConfig:
    """An output target and its configuration."""

    target: Target[object]
    options: object
    folder: Folder


@dataclass(frozen=True, slots=True)
class Config:
    """What to compile, and where to. All folders are inside the project's folder."""

    project: Path
    file: Path
    catalog: Folder
    targets: tuple[TargetConfig, ...]  # by name
    queries: QueryConfig  # for the checks of queries
    names_output: bool  # whether there is a table for any target, even an invalid one
    span: Span  # of the configuration's table


def read(project: Path, found: Diagnostics) -> Config | None:
    """The configuration of the project in this folder, without parts that have errors.

    It is None if not even the catalog's folder is known; else the catalog can still be checked.
    Raises NoProjectError if the folder does not exist or has no configuration.
    """
    root = _root(project)
    tables = [
        table
        for file, path in ((OWN_FILE, ()), (PYPROJECT, ("tool", "typedprom")))
        if (root / file).is_file() and (table := read_table(root, file, path, found)) is not None
    ]
    if found.has_errors:
        return None
    if not tables:
        raise NoProjectError(
            f"{project} has neither {OWN_FILE} nor [tool.typedprom] in {PYPROJECT}; {_ELSEWHERE}"
        )
    if len(tables) > 1:
        _report_second(*tables)
        return None
    return _config(root, tables[0])


def _root(project: Path) -> Path:
    named, remedy = f"folder {project}", ""
    if project == Path():
        named, remedy = "the current folder", f"; {_ELSEWHERE}"
    try:
        root = project.resolve(strict=True)
        os.stat(f"{root}/.")  # noqa: PTH116 - of a path object, the dot is dropped
    except NotADirectoryError as error:
        raise NoProjectError(f"{project} is not a folder") from error
    except PermissionError as error:
        raise NoProjectError(f"{named} cannot be read: permission denied{remedy}") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise NoProjectError(f"{named} does not exist{remedy}") from error
    return root


def _report_second(one: Table, other: Table) -> None:
    one.found.report(
        codes.CONFIGURED_TWICE,
        f"the project is configured twice: here and in {other.file}",
        one.span,
        help="keep one of the two and delete the other",
        related=[Related(other.span, "the other configuration")],
    )


def _config(root: Path, table: Table) -> Config | None:
    if not table.path and isinstance(table.settings.get("tool"), dict):
        _report_nested(table)
        return None
    table.check_keys({CATALOG, *SETTINGS, *target_names()}, "a setting or an output target")
    catalog = _folder(root, table, CATALOG, name=CATALOG, example='"schema"')
    configured = [
        config
        for name in target_names()
        if name in table.settings
        and (settings := table.table(name)) is not None
        and (config := _target(root, target_of(name), settings)) is not None
    ]
    queries = query_config(table)
    if catalog is None:
        return None
    _check_apart([catalog, *(config.folder for config in configured)], table.found)
    named = table.settings.keys() - {CATALOG, *SETTINGS}
    return Config(
        root,
        root / table.file,
        catalog,
        tuple(configured),
        queries,
        names_output=bool(named),
        span=table.span,
    )


def _report_nested(table: Table) -> None:
    table.report(
        codes.UNKNOWN_SETTING,
        f"`[tool.typedprom]` is only for {PYPROJECT}, not for `{table.file}`",
        table.places.get(("tool", "typedprom"), table.place("tool")).key,
        "write `catalog = …` at the top, and `[python]` instead of `[tool.typedprom.python]`",
    )


def _target(root: Path, target: Target[object], table: Table) -> TargetConfig | None:
    """The configuration of a target; None if it has errors, which are reported."""
    own = replace(table, found=Diagnostics())
    config = _checked_target(root, target, own)
    table.found.extend(own.found)
    return config


def _checked_target(root: Path, target: Target[object], table: Table) -> TargetConfig | None:
    if not is_dataclass(target.options):
        raise TypeError(f"the options of target {target.name} are not a dataclass")
    options = {field.name.replace("_", "-"): field for field in fields(target.options)}
    table.check_keys({DIRECTORY, *options}, f"a setting of target `{target.name}`")
    example = f'"generated/{target.name}"'
    folder = _folder(root, table, DIRECTORY, name=target.name, example=example)
    types = get_type_hints(target.options)
    values = {
        field.name: value
        for key, field in options.items()
        if (value := _option(table, key, field, types[field.name])) is not None
    }
    if folder is None or table.found.has_errors:
        return None
    try:
        return TargetConfig(target, target.options(**values), folder)
    except ValueError as error:
        _report_value(table, str(error), options.keys())
        return None


def _option(table: Table, key: str, field: Field[Any], type_: object) -> object:
    """The value of an option; None if it is not set, or invalid, which is reported."""
    expected, example = _OPTION_TYPES[type_]
    if key not in table.settings:
        if field.default is MISSING and field.default_factory is MISSING:
            table.report_missing(key, example)
        return None
    value = table.settings[key]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = tuple(value)
    if type(value) is not (get_origin(type_) or type_):
        table.report_type(key, expected)
        return None
    return value


def _report_value(table: Table, problem: str, options: Iterable[str]) -> None:
    """Report a problem with the options of a target, at the option that it mentions first."""
    named = [option for option in table.settings.keys() & set(options) if f"`{option}`" in problem]
    span = table.place(min(named, key=problem.index)).value if named else table.span
    table.report(codes.SETTING_VALUE, problem, span, "see `typedprom explain TP605`")


def _folder(root: Path, table: Table, key: str, *, name: str, example: str) -> Folder | None:
    """The folder of a setting, inside the project; None if it is invalid, which is reported."""
    if key not in table.settings:
        table.report_missing(key, example)
        return None
    text, span = table.text(key), table.place(key).value
    if text is None:
        return None
    if not text or not text.isprintable():
        problem = f"`{key}` is empty" if not text else f"`{key}` contains a control character"
        table.report(
            codes.SETTING_VALUE, problem, span, f"write the path of a folder, such as {example}"
        )
        return None
    try:
        place = _inside(root, text)
    except OSError as error:
        reason = error.strerror.lower() if error.strerror else "it cannot be resolved"
        table.report(
            codes.SETTING_VALUE,
            f"`{key}` is not a path: {reason}",
            span,
            f"write the path of a folder, such as {example}",
        )
        return None
    if place is None:
        table.report(
            codes.OUTSIDE_PROJECT,
            f"`{key}` is outside the project: `{text}`",
            span,
            "write a path inside the folder of the configuration, with forward slashes",
        )
        return None
    return Folder(name, place, place.relative_to(root).as_posix(), span)


def _inside(root: Path, text: str) -> Path | None:
    """The path `text` below `root`, with links resolved; None if it is outside."""
    if text.startswith("/") or PureWindowsPath(text).anchor:
        return None
    try:
        place = (root / text).resolve()
    except RuntimeError:
        return None
    if any(part.is_symlink() for part in (place, *place.parents)):  # a loop of links
        return None
    return place if place.is_relative_to(root) else None


def _check_apart(folders: Iterable[Folder], found: Diagnostics) -> None:
    for one, other in combinations(sorted(folders, key=lambda folder: folder.span), 2):
        if one.path == other.path:
            problem = f"has the same folder `{other.shown}` as"
        elif one.path in other.path.parents:
            problem = f"has its folder `{other.shown}` inside that of"
        elif other.path in one.path.parents:
            problem = f"has its folder `{other.shown}` around that of"
        else:
            continue
        found.report(
            codes.FOLDERS_OVERLAP,
            f"`{other.name}` {problem} `{one.name}`",
            other.span,
            help="use a separate folder for each",
            related=[Related(one.span, f"the folder of `{one.name}`")],
        )

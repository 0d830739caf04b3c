"""Generates raw.py from the catalog's JSON Schema: `python codegen/scripts/models.py [--check]`."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

ROOT: Final = Path(__file__).resolve().parents[2]
SCHEMA: Final = ROOT / "schema" / "catalog.schema.json"
TARGET: Final = ROOT / "codegen" / "typedprom_codegen" / "raw.py"

HEADER: Final = f'"""The shape of one catalog file: what `make models` makes of {SCHEMA.name}."""\n'

ANNOTATIONS: Final = frozenset(
    {
        "$id",
        "title",
        "description",
        "examples",
        "default",
        "format",
        "uniqueItems",
        "x-others-depend",
    }
)
"""Keywords for readers, and those whose checks in resolve/ have better messages."""

NAME_MAPS: Final = frozenset({"properties", "$defs"})
"""Keywords whose keys are names in the catalog language."""

OPTIONS: Final = (
    *("--input-file-type", "jsonschema"),
    *("--output-model-type", "pydantic_v2.BaseModel"),
    *("--target-python-version", "3.11"),
    *("--class-name", "RawFile"),
    *("--strict-types", "str", "int", "float", "bool"),
    *("--base-class", "typedprom_codegen.raw_model.RawModel"),
    *("--enum-field-as-literal", "all"),
    *("--formatters", "builtin"),
    "--use-annotated",
    "--use-type-alias",
    "--use-standard-collections",
    "--use-union-operator",
    "--disable-timestamp",
)


_PATTERN_IN_A_UNION: Final = re.compile(r"constr\((pattern=r'[^']*'), strict=True\)")
"""What the generator writes for `"type": ["string", "number"]`, which type checkers refuse."""


def constraints(schema: Json, *, keywords: bool = True) -> Json:
    """The schema without its annotations. `keywords` is False inside a map of names."""
    if isinstance(schema, dict):
        return {
            key: constraints(value, keywords=not (keywords and key in NAME_MAPS))
            for key, value in schema.items()
            if not (keywords and key in ANNOTATIONS)
        }
    return [constraints(item) for item in schema] if isinstance(schema, list) else schema


def models() -> str:
    """The text of raw.py that the schema asks for."""
    schema = constraints(json.loads(SCHEMA.read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder, SCHEMA.name), Path(folder, TARGET.name)
        source.write_text(json.dumps(schema), encoding="utf-8")
        arguments = ["--input", str(source), "--output", str(output)]
        header = ["--custom-file-header", HEADER]
        _python("datamodel_code_generator", *arguments, *header, *OPTIONS)
        text = output.read_text(encoding="utf-8")
    text = _PATTERN_IN_A_UNION.sub(r"Annotated[StrictStr, Field(\1)]", text)
    tidy = _python("ruff", "check", "--fix-only", "--quiet", *_as_target(), text=text)
    return _python("ruff", "format", "--quiet", *_as_target(), text=tidy)


def _as_target() -> tuple[str, ...]:
    return ("--stdin-filename", str(TARGET), "-")


def _python(module: str, *arguments: str, text: str = "") -> str:
    """Runs a module of this interpreter's environment and returns what it prints."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(  # noqa: S603 - a program of ours
        command, input=text, stdout=subprocess.PIPE, check=True, encoding="utf-8", cwd=ROOT
    )
    return done.stdout


def main() -> int:
    """Writes raw.py, or with --check only says whether it is what the schema asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 on drift")
    wanted = models()
    if not parser.parse_args().check:
        TARGET.write_text(wanted, encoding="utf-8", newline="\n")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != wanted:
        print(f"{TARGET.relative_to(ROOT)} does not match the schema: run `make models`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""catalog.schema.json has documentation for editors and agrees with the compiler."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.load.scalars import AmbiguousScalar, resolve_plain
from typedprom_codegen.load.schema import file_schema, schema_text
from typedprom_codegen.load.validation import check_shape
from typedprom_codegen.load.yaml_parser import parse

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schema" / "catalog.schema.json").read_text(encoding="utf-8"))
SHAPE = json.loads(json.dumps(SCHEMA).replace('"uniqueItems": true, ', ""))
VALIDATOR = jsonschema.Draft202012Validator(SHAPE)
CATALOGS = sorted([*ROOT.glob("schema/sms/*.yaml"), *ROOT.glob("tests/golden/*/catalog/*.yaml")])
READABLE = [path for path in CATALOGS if path.is_file()]


class CoreLoader(yaml.SafeLoader):
    """PyYAML with the scalars of YAML 1.2; other scalars get a type that the schema rejects."""


def _scalar(_loader: yaml.SafeLoader, node: yaml.ScalarNode) -> object:
    value = resolve_plain(node.value) if not node.style else node.value
    return None if isinstance(value, AmbiguousScalar) else value


for _tag in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value"):
    CoreLoader.add_constructor(f"tag:yaml.org,2002:{_tag}", _scalar)


def schemas(schema: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema object with its pointer; property names are not schemas."""
    if isinstance(schema, dict):
        yield path, schema
        for key, value in schema.items():
            if key in {"properties", "$defs"}:
                for name, part in value.items():
                    yield from schemas(part, f"{path}/{key}/{name}")
            elif key not in {"examples", "default"}:
                yield from schemas(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, part in enumerate(schema):
            yield from schemas(part, f"{path}/{index}")


def named() -> list[Any]:
    """Yield every property and every definition."""
    return [
        pytest.param(schema, id=pointer.removeprefix("#/"))
        for pointer, schema in schemas(SCHEMA)
        if pointer.split("/")[-2:-1] in (["properties"], ["$defs"])
    ]


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    return SCHEMA["$defs"][reference.rpartition("/")[2]] if reference else schema


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_compiler_carries_the_schema() -> None:
    assert json.loads(schema_text()) == SCHEMA


@pytest.mark.parametrize("schema", named())
def test_every_property_has_a_title_a_description_and_right_examples(
    schema: dict[str, Any],
) -> None:
    whole = resolved(schema)
    assert whole["title"]
    assert whole["description"][0].isupper() or whole["description"].startswith("`")
    assert whole["description"].endswith(".")
    assert whole["examples"]
    for example in whole["examples"]:
        jsonschema.Draft202012Validator({**whole, "$defs": SCHEMA["$defs"]}).validate(example)


def test_every_object_lists_its_fields() -> None:
    for pointer, schema in schemas(SCHEMA):
        if "properties" in schema:
            assert schema["additionalProperties"] is False, pointer


def test_every_union_is_tagged_or_of_a_list_and_a_mapping() -> None:
    for pointer, schema in schemas(SCHEMA):
        assert not {"allOf", "if"} & schema.keys(), pointer
        if "anyOf" in schema:
            types = [resolved(branch)["type"] for branch in schema["anyOf"]]
            assert types == ["array", "object"], pointer
        if "oneOf" in schema:
            tag = schema["discriminator"]["propertyName"]
            branches = [resolved(branch) for branch in schema["oneOf"]]
            tags = [branch["properties"][tag]["const"] for branch in branches]
            assert len(set(tags)) == len(tags), pointer
            assert all(tag in branch["required"] for branch in branches), pointer


def test_the_models_are_those_of_the_schema() -> None:
    script = ROOT / "codegen" / "scripts" / "models.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", READABLE, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_schema_and_compiler_accept_and_reject_the_same(path: Path) -> None:
    diagnostics = Diagnostics()
    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.load(text, Loader=CoreLoader)  # noqa: S506 - a SafeLoader
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return
    source = parse(text, path.name, diagnostics)
    if source is None or list(diagnostics) or set(data) == {"labels"}:
        return  # the schema cannot check which labels a metric has
    check_shape(source, diagnostics)
    ours = {(d.span.line, d.code.id) for d in diagnostics}
    theirs = [error.message for error in VALIDATOR.iter_errors(data)]
    assert bool(ours) == bool(theirs), (sorted(ours), theirs)


def test_every_field_can_be_looked_up() -> None:
    rule = file_schema()
    assert rule.field("metrics").items.branches["gauge"].field("combine").words[0] == "last"
    assert rule.field("labels").keys.title == "label name"

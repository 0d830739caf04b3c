"""PrometheusRule objects are what the Prometheus operator's custom resource definition allows."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.support.needs import lacking
from tests.support.programs import ROOT

INSTALLED = ROOT / ".venv" / ".operator"
OBJECTS = sorted((ROOT / "generated" / "kubernetes").glob("*.yaml"))
PRINT_SCHEMA = """
import json, sys
sys.path.insert(0, sys.argv[1])
from cloudcoil.models.prometheus_operator.v1 import PrometheusRule
print(json.dumps(PrometheusRule.model_json_schema()))
"""


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    """The schema of the models that are made of the definition, closed for unknown fields.

    It does not say which labels the operator selects by, nor how large an object can be.
    """
    if not (INSTALLED / "cloudcoil").is_dir():
        lacking("needs models of the operator in .venv/.operator: run `make .venv/.operator`")
    done = subprocess.run(
        [sys.executable, "-c", PRINT_SCHEMA, str(INSTALLED)],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return Draft202012Validator(closed(json.loads(done.stdout)))


def closed(schema: Any) -> Any:
    """The schema without unknown fields, which the API server drops."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    if isinstance(inner.get("properties"), dict) and "type" in inner:
        inner.setdefault("additionalProperties", False)
    return inner


def test_there_are_objects() -> None:
    assert OBJECTS


@pytest.mark.parametrize("file", OBJECTS, ids=lambda file: file.stem)
def test_an_object_is_within_the_schema(file: Path, schema: Draft202012Validator) -> None:
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert [error.message for error in schema.iter_errors(data)] == []
    for changed in wrong(data):
        assert not schema.is_valid(changed)


def wrong(data: Any) -> Iterator[Any]:
    """Objects that are not."""
    for name, value in (("unknown", ""), ("for", "1x"), ("labels", {"level": 1})):
        changed = copy.deepcopy(data)
        changed["spec"]["groups"][0]["rules"][0][name] = value
        yield changed

"""Environment variables: each is documented, and a misspelt one, which has no effect, is told."""

import os
from pathlib import Path

import pytest

from tests.support.programs import run_python
from typedprom.variables import KNOWN, unknown

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_every_variable_is_documented(name: str) -> None:
    documents = [ROOT / "docs" / "delivery.md", ROOT / "runtime" / "README.md"]
    text = "".join(document.read_text() for document in documents)
    suffix = name.removeprefix("TYPEDPROM_PUSHGATEWAY")
    assert f"`{name}`" in text or f"`{name}=" in text or f"`…{suffix}`" in text


def test_only_variables_with_our_prefix_are_looked_at() -> None:
    assert unknown([*KNOWN, "PATH", "MY_TYPEDPROM_JOB", "SMS_PUSHGATEWAY_URL"]) == {}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("TYPEDPROM_PUSHGATEWY_URL", "; did you mean TYPEDPROM_PUSHGATEWAY_URL?"),
        ("TYPEDPROM_SPOOLDIR", "; did you mean TYPEDPROM_SPOOL_DIR?"),
        ("TYPEDPROM_COLOUR", ""),
    ],
)
def test_a_misspelt_variable_is_told_once(
    name: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, os.devnull)
    ended = run_python("-c", "import sms_metrics_generated, typedprom.own")
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr == (
        f"typedprom knows no variable {name}{told} (further ones are not logged)\n"
    )
    ended = run_python("-m", "typedprom.delivery.cli", "status", "nowhere")
    assert f"typedprom knows no variable {name}{told} " in ended.stderr

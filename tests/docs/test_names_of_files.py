"""The documents name files that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "*/README.md")
    for path in ROOT.glob(pattern)
    if path.name != "CHANGELOG.md"  # it also names what is gone
)
OF_READERS = {"fetch.py"}  # the program of somebody who reads the README


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_that_are_named_exist(document: Path) -> None:
    modules = {
        str(path)
        for folder in (
            "runtime",
            "codegen",
            "src",
            "tests",
            "tools",
            "proofs",
            "benchmarks",
            "examples",
        )
        for path in (ROOT / folder).rglob("*.py")
    }
    named = set(re.findall(r"\b[a-z_][a-z_0-9/]*\.py\b", document.read_text(encoding="utf-8")))
    gone = {name for name in named if not any(path.endswith(f"/{name}") for path in modules)}
    assert gone - OF_READERS == set()

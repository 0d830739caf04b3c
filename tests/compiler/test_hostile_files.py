"""Broken and hostile files: errors with positions inside the file, in limited time."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.catalogs import (
    HEADER,
    Files,
    Outcome,
    compiled,
    linted,
    rules_of,
    with_metrics,
)
from typedprom_codegen.diagnostics import Diagnostic, Diagnostics
from typedprom_codegen.lint.rules_in_use import every_rule
from typedprom_codegen.load.file_text import LARGEST_FILE, LINE_BREAK
from typedprom_codegen.load.yaml_parser import DEEPEST, PARSER, PythonLoader, parse

GOLDEN = Path(__file__).parents[1] / "golden"
VALID = """\
component: {name: orders, title: "Orders 🎉", prefix: ""}
labels:
  channel:
    help: Where it was placed.
    domain: {kind: closed, values: [web, app, "on"]}
  sku: {help: Article., domain: {kind: pattern, pattern: "[a-z]+", budget: 50}}
metrics:
  placed: &placed
    type: counter
    help: |
      Orders placed.
    labels: &labels [channel, sku]
    suppress: [{code: TP403, reason: Scraped with honor_labels.}]
  open.now:
    type: gauge
    help: 'Orders open now.'
    combine: live_sum
    labels: *labels
    dashboard:
      panel: stat
      thresholds:
        - {value: 0.5, level: warning}
        - {value: 1, level: critical}
  wait:
    type: histogram
    help: Time in the queue.
    unit: seconds
    buckets: {kind: exponential, start: 0.1, factor: 2, count: 8}
    stability: deprecated
    replaced_by: open.now
    removal: "2027-06-30"
"""
FRAGMENTS = [
    *(
        ":",
        "-",
        "- ",
        "  ",
        "\t",
        "[",
        "]",
        "{",
        "}",
        ",",
        "#",
        "&a ",
        "*a",
        "!!int ",
        "<<: *placed",
    ),
    *("'", '"', "|", ">", "%", "@", "`", "? ", "---\n", "...\n", "\r", "\x00", "\u2028", "\ufeff"),
    *("null", "~", "1e999", ".nan", "[[", "0x1F", "é", "🎉", "\\", '"\\ud800"', '"\\UFFFFFFFF"'),
    *("metrics", "labels", "type: gauge", "kind: open", "name: x", "help:", "catalog:", "[key]"),
]

mutations = st.lists(
    st.tuples(
        st.sampled_from(["drop", "double", "replace", "insert", "cut", "swap"]),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
        st.sampled_from(FRAGMENTS),
    ),
    min_size=1,
    max_size=4,
)


def mutated(text: str, changes: list[tuple[str, int, int, str]]) -> str:
    """The text after some edits that a user or a fuzzer could make."""
    for change, first, second, fragment in changes:
        lines = text.splitlines(keepends=True) or [""]
        line, at = first % len(lines), second % (len(text) + 1)
        match change:
            case "drop":
                lines.pop(line)
            case "double":
                lines.insert(line, lines[second % len(lines)])
            case "swap":
                other = second % len(lines)
                lines[line], lines[other] = lines[other], lines[line]
            case "replace":
                lines[line] = fragment + "\n"
            case "insert":
                lines = [text[:at], fragment, text[at:]]
            case _:
                lines = [text[:at], text[at + first % 20 :]]
        text = "".join(lines)
    return text


def assert_inside(found: Diagnostic, project: Path) -> None:
    """Check that every position of a diagnostic is inside its file."""
    for span in (found.span, *(related.span for related in found.related)):
        path = project / span.path
        assert span.line >= 1
        assert span.column >= 1
        assert (span.line, span.column) <= (span.end_line, span.end_column)
        if path.is_file():
            lines = LINE_BREAK.split(path.read_bytes().decode("utf-8-sig", "replace"))
            assert span.end_line <= len(lines)
            assert span.end_column <= len(lines[span.end_line - 1]) + 2


def assert_well_told(outcome: Outcome, project: Path) -> None:
    """Check that there is a catalog, or errors of ours with positions and help."""
    errors = [found for found in outcome.found if found.severity.value == "error"]
    assert outcome.catalog.is_valid or errors
    for found in outcome.found:
        assert_inside(found, project)
        assert found.message
        assert found.help
        assert "Input should" not in found.message
        assert "expected <" not in found.message


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(mutations)
def test_a_mutated_catalog_is_compiled_or_has_clear_errors(
    tmp_path: Path, changes: list[tuple[str, int, int, str]]
) -> None:
    text = mutated(VALID, changes)
    files: Files = {"catalog.yaml": HEADER, "orders.yaml": text.encode("utf-8", "surrogatepass")}
    assert_well_told(linted(tmp_path, files, every_rule()), tmp_path)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, len(VALID)), st.binary(min_size=1, max_size=8))
def test_random_bytes_have_clear_errors(tmp_path: Path, at: int, junk: bytes) -> None:
    data = VALID.encode()
    files: Files = {"catalog.yaml": HEADER, "orders.yaml": data[:at] + junk + data[at:]}
    assert_well_told(linted(tmp_path, files, every_rule()), tmp_path)


@settings(max_examples=60, deadline=None)
@given(mutations)
def test_both_parsers_accept_and_reject_the_same(changes: list[tuple[str, int, int, str]]) -> None:
    text = mutated(VALID, changes).encode("utf-8", "ignore").decode()
    if LINE_BREAK.search(text.replace("\n", "")) or {"\x00", "\ufeff", "\t"} & set(text):
        return  # rejected before parsing; only libyaml treats tabs as spaces
    fast, slow = Diagnostics(), Diagnostics()
    by_c = parse(text, "x.yaml", fast, PARSER)
    by_python = parse(text, "x.yaml", slow, PythonLoader)
    assert (by_c is None) == (by_python is None), (list(fast), list(slow))
    if by_c is not None and by_python is not None:
        assert repr(by_c.root.data) == repr(by_python.root.data)
        assert list(fast) == list(slow)


def test_the_unmutated_catalog_is_valid(tmp_path: Path) -> None:
    files: Files = {"catalog.yaml": HEADER, "orders.yaml": VALID}
    outcome = linted(tmp_path, files, rules_of("TP403", "TP405"))
    assert outcome.codes == ["TP402", "TP405"]
    assert outcome.catalog.is_valid


@pytest.mark.alone
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_nesting_a_million_deep_is_rejected_quickly(tmp_path: Path, opening: str) -> None:
    start = time.monotonic()
    files = {**with_metrics("  a: {type: gauge, help: x}\n"), "deep.yaml": opening * 1_000_000}
    found = compiled(tmp_path, files).only
    assert found.code.id == "TP008"
    assert str(DEEPEST) in found.message
    assert time.monotonic() - start < 5


@pytest.mark.alone
def test_aliases_count_with_their_content(tmp_path: Path) -> None:
    start = time.monotonic()
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    text = "a0: &a0 [x]\n" + "\n".join(levels)
    files = {**with_metrics("  a: {type: gauge, help: x}\n"), "bomb.yaml": text}
    assert compiled(tmp_path, files).only.code.id == "TP008"
    assert time.monotonic() - start < 5


def test_the_depth_behind_an_alias_counts(tmp_path: Path) -> None:
    nested = "[" * 40 + "]" * 40
    text = f"a: &a {nested}\nb: {'[' * 40}*a{']' * 40}\n"
    files = {**with_metrics("  a: {type: gauge, help: x}\n"), "deep.yaml": text}
    assert compiled(tmp_path, files).only.code.id == "TP008"


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    files = {**with_metrics("  a: {type: gauge, help: x}\n"), "big.yaml": b"#" * (LARGEST_FILE + 1)}
    assert compiled(tmp_path, files).only.code.id == "TP008"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="makes a named pipe")
def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "catalog").mkdir()
    os.mkfifo(tmp_path / "catalog" / "orders.yaml")
    found = compiled(tmp_path, {"catalog.yaml": HEADER}).found
    message = "`catalog/orders.yaml` cannot be read: it is not a regular file"
    assert message in [diagnostic.message for diagnostic in found]


def test_a_long_line_is_quoted_in_part(tmp_path: Path) -> None:
    metrics = f"  a: {{type: {'x' * 10_000}, help: x}}\n"
    assert len(compiled(tmp_path, with_metrics(metrics)).only.message) < 200

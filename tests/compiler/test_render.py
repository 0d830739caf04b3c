"""Printed diagnostics: excerpts and carets, hostile text, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from typedprom_codegen.codes.define import error, warning
from typedprom_codegen.diagnostics import Diagnostic, Related, Span
from typedprom_codegen.excerpt import WIDTH, SourceLines
from typedprom_codegen.render import summary, text, to_json

WRONG = error("TP203", "unknown-label", "A page.")
DUBIOUS = warning("TP401", "unused-label", "A page.")


def rendered(project: Path, source: str, span: tuple[int, int, int, int]) -> list[str]:
    """Return the lines of the excerpt of `span` in a file with this source."""
    (project / "c.yaml").write_bytes(source.encode(errors="surrogateescape"))
    found = Diagnostic(WRONG, "wrong", Span("c.yaml", *span), "fix it")
    lines = text([found], SourceLines(project)).splitlines()
    assert lines[-3:] == [lines[-3], "", "1 error"]
    return lines[1:-3]


def test_a_complete_diagnostic(tmp_path: Path) -> None:
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "a.yaml").write_text("\n" * 11 + "    labels: [sourc_id]\n")
    (tmp_path / "schema" / "b.yaml").write_text("labels:\n  source_id:\n")
    found = Diagnostic(
        WRONG,
        "label `sourc_id` is not declared; did you mean `source_id`?",
        Span("schema/a.yaml", 12, 14, 12, 22),
        "declare it under `labels:`",
        (Related(Span("schema/b.yaml", 2, 3, 2, 12), "the label that is declared"),),
    )
    assert text([found, found], SourceLines(tmp_path)).split("\n\n")[1:] == [
        """\
schema/a.yaml:12:14: error[TP203]: label `sourc_id` is not declared; did you mean `source_id`?
   |
12 |     labels: [sourc_id]
   |              ^^^^^^^^
   = help: declare it under `labels:`
schema/b.yaml:2:3: note: the label that is declared
   |
2  |   source_id:
   |   ^^^^^^^^^""",
        "2 errors\n",
    ]


def test_the_subject_of_a_query_stands_below_its_position(tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_text('{"expr": "rate(shop_order_total[5m])"}\n')
    found = Diagnostic(
        WRONG,
        "metric `shop_order_total` is not declared; did you mean `shop_orders_total`?",
        Span("shop.json", 1, 16, 1, 32),
        "",
        subject='panel "Re\x1bquests", target A',
    )
    assert text([found], SourceLines(tmp_path)).splitlines()[1:4] == [
        r'  in panel "Re\x1bquests", target A',
        "  |",
        '1 | {"expr": "rate(shop_order_total[5m])"}',
    ]
    assert json.loads(to_json([found]))[0]["subject"] == found.subject


def test_summary_counts_each_severity() -> None:
    place = Span("a", 1, 1, 1, 1)
    wrong, dubious = (Diagnostic(code, "", place, "") for code in (WRONG, DUBIOUS))
    assert summary([wrong, dubious, wrong]) == "2 errors, 1 warning"
    assert summary([dubious, dubious]) == "2 warnings"


def test_without_diagnostics_nothing_is_printed(tmp_path: Path) -> None:
    assert text([], SourceLines(tmp_path)) == ""


def test_several_lines_show_the_first_and_the_last(tmp_path: Path) -> None:
    source = "a:\n  - one\n  - two\n  - three\n\nb: 1\n"
    assert rendered(tmp_path, source, (2, 3, 6, 1)) == [
        "  |",
        "2 |   - one",
        "  |   ^^^^^",
        "...",
        "4 |   - three",
        "  |   ^^^^^^^",
    ]


def test_two_lines_show_both(tmp_path: Path) -> None:
    assert rendered(tmp_path, "a: 'x\n  y' # z\n", (1, 4, 2, 5)) == [
        "  |",
        "1 | a: 'x",
        "  |    ^^",
        "2 |   y' # z",
        "  |   ^^",
    ]


@pytest.mark.parametrize(
    ("source", "span", "shown", "carets"),
    [
        ("\tx: bad", (1, 5, 1, 8), "    x: bad", "       ^^^"),
        ("ab\tbad", (1, 4, 1, 7), "ab  bad", "    ^^^"),
        ("日本: bad", (1, 5, 1, 8), "日本: bad", "      ^^^"),
        ("x: 日本", (1, 4, 1, 6), "x: 日本", "   ^^^^"),
        ("e\u0301: bad", (1, 5, 1, 8), "e\u0301: bad", "   ^^^"),
        ("x:", (1, 3, 1, 3), "x:", "  ^"),
        ("x: ", (1, 40, 1, 50), "x:", "   ^"),
        ("\ufeffx: bad", (1, 4, 1, 7), "x: bad", "   ^^^"),
    ],
    ids=["tab", "tab-stop", "wide-before", "wide", "combining", "end", "beyond", "bom"],
)
def test_carets_stand_under_the_text(
    tmp_path: Path, source: str, span: tuple[int, int, int, int], shown: str, carets: str
) -> None:
    assert rendered(tmp_path, source, span) == ["  |", f"1 | {shown}", f"  | {carets}"]


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b2J", "\\x9b2J"),
        ("\x07", "\\x07"),
        ("\u202e", "\\u202e"),
        ("\u200b", "\\u200b"),
        ("\U000e0001", "\\U000e0001"),
        ("\udcff", "\ufffd"),  # a byte that is not UTF-8
    ],
)
def test_source_cannot_control_the_terminal(tmp_path: Path, hostile: str, shown: str) -> None:
    lines = rendered(tmp_path, f"{hostile}: bad", (1, len(hostile) + 3, 1, len(hostile) + 6))
    assert lines[1:] == [f"1 | {shown}: bad", f"  | {' ' * (len(shown) + 2)}^^^"]


def test_messages_and_paths_cannot_control_the_terminal(tmp_path: Path) -> None:
    place = Span("\x1b[31m.yaml", 1, 1, 1, 1)
    found = Diagnostic(WRONG, "a\nb\x1b", place, "c\r", (Related(place, "d\x07"),))
    assert text([found], SourceLines(tmp_path)).splitlines()[:3] == [
        "\\x1b[31m.yaml:1:1: error[TP203]: a\\nb\\x1b",
        "  = help: c\\r",
        "\\x1b[31m.yaml:1:1: note: d\\x07",
    ]


@pytest.mark.parametrize("before", [0, 39, 60, 5_000, 200_000])
@pytest.mark.parametrize("after", [0, 10, 5_000, 200_000])
@pytest.mark.parametrize("letter", ["x", "日", "\t", "\x1b"])
def test_long_lines_are_cut_around_the_caret(
    tmp_path: Path, before: int, after: int, letter: str
) -> None:
    source = letter * before + "BAD" + letter * after
    _, line, carets = rendered(tmp_path, source, (1, before + 1, 1, before + 4))
    assert "BAD" in line
    width = sum(2 if character == "日" else 1 for character in line[: line.index("BAD")])
    assert carets.index("^") == width
    assert carets.endswith("^^^")
    assert len(line) <= WIDTH + len("1 | ……")
    assert line.count("…") == (line.startswith("1 | …")) + (line.endswith("…"))


def test_carets_of_a_long_span_end_where_its_line_is_cut(tmp_path: Path) -> None:
    _, line, carets = rendered(tmp_path, "x" * 5_000, (1, 1, 1, 5_001))
    assert line == f"1 | {'x' * WIDTH}…"
    assert carets == f"  | {'^' * WIDTH}"


@pytest.mark.parametrize("place", ["folder", "missing.yaml", "a\0b"])
def test_without_its_source_a_diagnostic_has_no_excerpt(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    found = Diagnostic(WRONG, "wrong", Span(place, 1, 1, 1, 1), "fix it")
    assert len(text([found], SourceLines(tmp_path)).splitlines()) == 4


def test_json_shape() -> None:
    found = Diagnostic(
        WRONG,
        "wrong \x1b",
        Span("a.yaml", 1, 2, 3, 4),
        "fix it",
        (Related(Span("b.yaml", 5, 6, 7, 8), "also here"),),
    )
    assert json.loads(to_json([found])) == [
        {
            "code": "TP203",
            "name": "unknown-label",
            "severity": "error",
            "message": "wrong \x1b",
            "help": "fix it",
            "subject": "",
            "path": "a.yaml",
            "line": 1,
            "column": 2,
            "end_line": 3,
            "end_column": 4,
            "related": [
                {
                    "message": "also here",
                    "path": "b.yaml",
                    "line": 5,
                    "column": 6,
                    "end_line": 7,
                    "end_column": 8,
                }
            ],
        }
    ]
    assert json.loads(to_json([])) == []

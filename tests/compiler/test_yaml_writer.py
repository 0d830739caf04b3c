"""YAML that we write is read back as the same data, and looks as people write it."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from typedprom_codegen.yaml_writer import WIDTH, Commented, YamlData, to_yaml

HOSTILE = [
    *("yes", "No", "NULL", "~", "1", "1e3", "0x1f", "010", "1_000", "1:30", ".inf", "2026-01-01"),
    *("", " ", "a: b", "a:", "a #b", "# a", "- a", "? a", "* a", "&a", "!a", "%a", "@a", "`a`"),
    *("'", '"', "it's", '"a"', "{{ $labels.x }}", "[a]", "{a}", "a\\nb", "---", "...", "<<", "="),
    *("a\nb", "a\n\nb", " a\nb", "a\n b", "a \nb", "a\n", "a\n\n", "\n", "\na", "a\tb", "a\r\nb"),
    *("\x00", "\x85", "\u2028", "\ufeff", "é", "\U0001f600", "|", ">", "a  b " * 40, "<b>&amp;"),
    "word " * 40 + "end",
    "# word " * 40 + "end",
    "x" * 300,
]
STRINGS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text("ab :#-'\"\n\\{}|>,[]", max_size=200),
)
DATA = st.recursive(
    st.one_of(STRINGS, st.integers(), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(STRINGS.filter(lambda key: len(key) < 100), inner, max_size=3),
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_strings_stay_strings(text: str) -> None:
    data: dict[str, YamlData] = {
        "a": text,
        "b": [text, {"c": text, "d": [text]}],
        "e": {text[:90]: text},
    }
    assert yaml.safe_load(to_yaml(data)) == data


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), DATA, max_size=3))
def test_any_data_is_read_back(data: dict[str, YamlData]) -> None:
    assert (yaml.safe_load(to_yaml(data)) or {}) == data


def test_it_looks_as_people_write_it() -> None:
    data: dict[str, YamlData] = {
        "groups": [
            {
                "name": "sms sources",
                "interval": "1m",
                "rules": [
                    Commented("What the rule is for.", {"alert": "A", "expr": "sum(x) > 0.5"}),
                    {"alert": "B", "expr": "sum(x)\n/ sum(y)", "labels": {"m": "1", "no": "it's"}},
                ],
            }
        ],
        "none": [],
        "long": "a long sentence " * 8 + "ends",
        "yes": True,
        "count": 3,
    }
    assert (
        to_yaml(data, "Generated. Do not edit.")
        == """\
# Generated. Do not edit.
groups:
  - name: sms sources
    interval: 1m
    rules:
      # What the rule is for.
      - alert: A
        expr: sum(x) > 0.5
      - alert: B
        expr: |-
          sum(x)
          / sum(y)
        labels:
          m: '1'
          'no': it's
none: []
long: >-
  a long sentence a long sentence a long sentence a long sentence a long sentence a long sentence a
  long sentence a long sentence ends
'yes': true
count: 3
"""
    )


def test_templates_are_not_broken() -> None:
    text = "word " * 17 + "{{ $labels.country | urlquery }} and {{ $value }} " * 9 + "end"
    written = to_yaml({"a": text})
    assert yaml.safe_load(written) == {"a": text}
    assert all(line.count("{{") == line.count("}}") for line in written.splitlines())


def test_comments_are_wrapped() -> None:
    text = to_yaml({"a": [Commented("word " * 50 + "end\nnext", 1)]})
    assert max(map(len, text.splitlines())) <= WIDTH
    assert yaml.safe_load(text) == {"a": [1]}

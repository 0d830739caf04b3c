"""Heads of requests: where they end, and that no bytes take long to read."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typedprom.exposition import heads

_START = b"GET /metrics HTTP/1.1\r\n"
_END = re.compile(rb"\r?\n\r?\n")  # to the letter

ROUNDS = 20  # of which each took a second, where the time was that of a square


@pytest.mark.parametrize(
    "line",
    [
        b"X:a" + b" " * 16_000 + b"b",
        b"X:" + b" \t" * 8_000,
        b"X" * 16_000,
        b"X:" * 8_000,
        b"X: y\n" * 3_000,
        b"X: y\r" * 3_000,
        b"Accept: " + b"a;" * 8_000,
        b"Accept: " + b"," * 16_000,
    ],
    ids=lambda line: str(line[:10]),
)
def test_what_fills_the_limit_is_read_at_once(line: bytes) -> None:
    began = time.perf_counter()
    for _ in range(ROUNDS):
        with suppress(heads.HeadError):
            heads.read(_START + line + b"\r\n\r\n")
    assert time.perf_counter() - began < ROUNDS / 8


def test_a_head_that_comes_byte_by_byte() -> None:
    sent = _START + b"X: " + b"y" * 8_000 + b"\r\nAccept: \t a/b \t\r\n\r\n"
    began = time.perf_counter()
    for length in range(len(sent)):
        assert heads.read(sent[:length]) is None
    found = heads.read(sent)
    assert found is not None
    assert found[1].accept == "a/b"
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(
    ("field", "accept"),
    [
        (b"Accept:a", "a"),
        (b"Accept: a  b ", "a  b"),
        (b"accept: \t \t", ""),
        (b"ACCEPT: a\xa0", "a\xa0"),  # no space to HTTP
        (b"Accept: a\r\nAccept: b", "a,b"),
    ],
)
def test_fields(field: bytes, accept: str) -> None:
    read = heads.read(_START + field + b"\r\n\r\n")
    assert read is not None
    assert read[1].accept == accept


def test_empty_lines_without_end_are_too_much() -> None:
    assert heads.read(b"\r\n" * 1000) is None
    assert heads.read(b"\r\n" * 1000 + _START + b"\r\n") is not None
    with pytest.raises(heads.HeadError, match="Too Large"):
        heads.read(b"\r\n" * heads.LIMIT)


@given(st.text("\r\nx").map(str.encode))
def test_the_end_is_the_first_empty_line(text: bytes) -> None:
    text = text.lstrip(b"\r\n")
    end = _END.search(text)
    assert heads._end(text) == (end.start() if end else None)

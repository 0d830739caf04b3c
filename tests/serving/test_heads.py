"""Heads of requests: where they end, and that no bytes take long to read."""

from __future__ import annotations

import socket
import time
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typedprom.serving.server import HEAD_BYTES, _Connection, _Head

_START = b"GET /metrics HTTP/1.1\r\n"

ROUNDS = 20  # of which each took a second, where the time was that of a square


def read(sent: bytes, piece: int = 1 << 20) -> bytes | None:
    """What a connection takes for the head of what a client sends, and then ends."""
    ours, theirs = socket.socketpair()

    def send() -> None:
        with theirs:
            for start in range(0, len(sent), piece):
                try:
                    theirs.sendall(sent[start : start + piece])
                except OSError:  # enough was read
                    return

    thread = Thread(target=send)
    thread.start()
    try:
        with ours:
            return _Connection(ours, "").read_head()
    finally:
        thread.join()


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
        head = _Head(_START + line + b"\r\n\r\n")
        if head.target is not None:
            head.field("Accept")
    assert time.perf_counter() - began < ROUNDS / 8


def test_a_head_that_comes_byte_by_byte() -> None:
    sent = _START + b"X: " + b"y" * 8_000 + b"\r\nAccept: \t a/b \t\r\n\r\n"
    began = time.perf_counter()
    assert read(sent, piece=1) == sent
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(
    ("field", "accept"),
    [
        (b"Accept:a", "a"),
        (b"Accept: a  b", "a  b"),
        (b"accept: \t \t", ""),
        (b"Accept: a\r\nAccept: b", "a,b"),
    ],
)
def test_fields(field: bytes, accept: str) -> None:
    head = _Head(_START + field + b"\r\n\r\n")
    assert head.target is not None
    assert head.field("Accept").strip() == accept


def test_empty_lines_without_end_are_too_much() -> None:
    assert read(b"\r\n" * 1000 + _START + b"\r\n") == _START + b"\r\n"
    assert read(b"\r\n" * HEAD_BYTES) is None
    with pytest.raises(ConnectionError):
        read(b"\r\n" * 1000)


@given(st.binary() | st.binary().map((_START + b"X").__add__) | st.text(" \r\nGET/:1.HP\t"))
def test_any_bytes_are_read_or_an_error(received: bytes | str) -> None:
    head = _Head(received.encode() if isinstance(received, str) else received)
    if head.target is None:
        assert head.error >= 400
    else:
        head.field("Accept")


@given(st.text("\r\nx").map(str.encode))
def test_a_head_ends_with_an_empty_line(text: bytes) -> None:
    text = text.lstrip(b"\r\n")
    if b"\n\r\n" in text or b"\n\n" in text:
        assert read(text, piece=3) is not None
    else:
        with pytest.raises(ConnectionError):
            read(text)

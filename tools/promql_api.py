"""Queries a running Prometheus over its HTTP API: instant queries and queries of a range."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Final, TypedDict, cast
from urllib.parse import urlencode

from tools.running import HOST

_RANGE_SECONDS: Final = 120  # that a range query may take


class QueryError(Exception):
    """Prometheus refused a query; the message is that of Prometheus."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One series of a query result, with its value."""

    labels: dict[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Range:
    """One series of the result of a range query, with its values by Unix time."""

    labels: dict[str, str]
    values: dict[float, float]


class _Series(TypedDict):
    metric: dict[str, str]
    value: tuple[float, str]


class _SeriesOfRange(TypedDict):
    metric: dict[str, str]
    values: list[tuple[float, str]]


@dataclass(slots=True)
class Api:
    """The query API of the local Prometheus on `port`."""

    port: int

    def query(self, expr: str, *, at: float | None = None) -> list[Answer]:
        """Evaluate `expr` now or at the Unix time `at`; a scalar does not have labels."""
        data = self._data({"query": expr} | ({} if at is None else {"time": repr(at)}))
        if data["resultType"] == "scalar":
            return [Answer({}, float(cast("tuple[float, str]", data["result"])[1]))]
        return [
            Answer(s["metric"], float(s["value"][1])) for s in cast("list[_Series]", data["result"])
        ]

    def value(self, expr: str, *, at: float | None = None) -> float:
        """Evaluate `expr` to one value, NaN if the result is empty."""
        answers = self.query(expr, at=at)
        if len(answers) > 1:
            raise QueryError(f"expected one series, got {len(answers)}: {expr}")
        return answers[0].value if answers else math.nan

    def query_range(self, expr: str, start: float, end: float, step: float) -> list[Range]:
        """Evaluate `expr` every `step` seconds from `start` to `end`, both Unix times."""
        form = {"query": expr, "start": repr(start), "end": repr(end), "step": repr(step)}
        data = self._data(form, "query_range", _RANGE_SECONDS)
        return [
            Range(s["metric"], {at: float(value) for at, value in s["values"]})
            for s in cast("list[_SeriesOfRange]", data["result"])
        ]

    def _data(
        self, form: dict[str, str], path: str = "query", seconds: float = 10
    ) -> dict[str, object]:
        connection = HTTPConnection(HOST, self.port, timeout=seconds)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", f"/api/v1/{path}", urlencode(form), headers)
            answer = cast("dict[str, object]", json.load(connection.getresponse()))
        finally:
            connection.close()
        if answer["status"] != "success":
            raise QueryError(f"{answer['error']}: {form['query']}")
        return cast("dict[str, object]", answer["data"])


def wait_until(condition: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait until `condition` holds; raise TimeoutError, which names `what`, after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"timed out after {seconds:g} s, waiting for {what}")
        time.sleep(0.05)

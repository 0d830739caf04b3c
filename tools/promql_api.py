"""Queries a running Prometheus: instant queries over its HTTP API."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TypedDict, cast
from urllib.parse import urlencode

from tools.running import HOST


class QueryError(Exception):
    """Prometheus refused a query; the message is that of Prometheus."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One series of a query result, with its value."""

    labels: dict[str, str]
    value: float


class _Series(TypedDict):
    metric: dict[str, str]
    value: tuple[float, str]


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

    def _data(self, form: dict[str, str]) -> dict[str, object]:
        connection = HTTPConnection(HOST, self.port, timeout=10)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/api/v1/query", urlencode(form), headers)
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

"""A query whose results are alerts, and what they say where the author wrote nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AlertQuery:
    """One query of an alert."""

    expr: str
    labels: tuple[str, ...]  # that its results have, by which one is told from another
    problem: str  # what is wrong, as the words after which labels follow: "requests failed"
    value: str  # what its value is, as text with a template; empty where it says nothing
    hold: int = 0  # seconds of `for` that it needs at least
    added: tuple[tuple[str, str], ...] = ()  # labels of the rule, where others have its name

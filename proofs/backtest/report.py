"""The tables of a back-test: what found each incident, and what windows counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from proofs.backtest.calendar import BEGAN, HOUR, MINUTE
from proofs.backtest.firing import Firing
from proofs.backtest.kinds import KINDS, Kind
from proofs.backtest.truth import Increases
from proofs.backtest.verdicts import Judged, Verdict
from proofs.support.tables import table

Counts = Sequence[Sequence[Increases]]  # of each test
BEGIN: Final = "<!-- tables of the back-test -->"
END: Final = "<!-- end of the tables -->"


def tables(judged: Sequence[Judged], increases: Counts, births: Counts) -> str:
    """Return all tables as Markdown."""
    inhibited = sum(len(one.inhibited) for one in judged)
    return "\n\n".join(
        [
            _incidents(judged),
            "False alarms:" + _listed(judged, lambda one: one.false_alarms),
            f"Alerts not sent, since another that fires inhibits them: {inhibited}.",
            "Alerts on objectives that began again:" + _listed(judged, lambda one: one.again),
            "What windows counted, beside what programs know they recorded:",
            _counts(increases),
            "The same where series are born with their first event, as without `siblings: zero`:",
            _counts(births),
        ]
    )


def placed(document: str, text: str) -> str:
    """Return a document with this text between its two marks."""
    before, _, rest = document.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}"


def _incidents(judged: Sequence[Judged]) -> str:
    head = ["incident", "what happens", "found by", "after its begin", "after a run noticed"]
    head.append("resolved after its end")
    rows = []
    for kind in KINDS:
        verdicts = [one for each in judged for one in each.verdicts if one.incident.kind == kind]
        if verdicts:
            rows.append([kind.name, kind.what, _alerts(kind, verdicts), *_delays(verdicts)])
    return table(head, rows)


def _alerts(kind: Kind, verdicts: Sequence[Verdict]) -> str:
    also = sorted({one.alert for verdict in verdicts for one in verdict.also})
    words = ", ".join(kind.found_by) or "nothing, as it should be"
    return f"{words}; also {', '.join(also)}" if also else words


def _delays(verdicts: Sequence[Verdict]) -> Iterator[str]:
    found = [one for one in verdicts if one.found]
    yield _range(one.after for one in found)
    yield _range(one.noticed for one in found)
    yield _range(one.resolved for one in found if one.resolved is not None)


def _range(seconds: Iterable[float]) -> str:
    minutes = sorted({round(one / MINUTE) for one in seconds})
    if not minutes:
        return ""
    least, most = minutes[0], minutes[-1]
    return f"{least} min" if least == most else f"{least}–{most} min"


def _listed(judged: Sequence[Judged], choose: Callable[[Judged], Sequence[Firing]]) -> str:
    lines = [
        f"- {one}, {(one.begins - BEGAN) / HOUR:.2f}–{(one.ends - BEGAN) / HOUR:.2f} h"
        for each in judged
        for one in choose(each)
    ]
    return "\n\n" + "\n".join(lines) if lines else " none."


def _counts(tests: Counts) -> str:
    head = ["counter", "window", "windows", "true", "recorded", "plain `increase`"]
    rows = []
    for same in zip(*tests, strict=True):
        true, recorded, plain = (
            sum(getattr(one, name) for one in same) for name in ("true", "recorded", "plain")
        )
        if true:
            first, windows = same[0], sum(one.windows for one in same)
            figures = [f"{windows}", f"{true:,.0f}", f"{recorded:,.0f}", f"{plain:,.1f}"]
            rows.append([f"`{first.metric}`", first.window, *figures])
    return table(head, rows)

"""The tables of a back-test: what found each incident, and what windows counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from proofs.backtest.calendar import BEGAN, HOUR, MINUTE
from proofs.backtest.incidents import KINDS, Kind
from proofs.backtest.truth import Increases
from proofs.backtest.verdicts import Judged, Verdict
from proofs.support.tables import table

Counts = Sequence[Sequence[Increases]]  # of each test
BEGIN: Final = "<!-- tables of the back-test -->"
END: Final = "<!-- end of the tables -->"


def tables(judged: Sequence[Judged], increases: Counts, births: Counts) -> str:
    """Return all tables as Markdown."""
    return "\n\n".join(
        [
            _incidents(judged),
            _false_alarms(judged),
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


def _range(seconds: Iterable[float]) -> str:
    minutes = sorted({round(one / MINUTE) for one in seconds})
    if not minutes:
        return ""
    least, most = minutes[0], minutes[-1]
    return f"{least} min" if least == most else f"{least}–{most} min"


def _false_alarms(judged: Sequence[Judged]) -> str:
    alarms = [
        f"- {one}, {(one.begins - BEGAN) / HOUR:.2f} h"
        for each in judged
        for one in each.false_alarms
    ]
    inhibited = sum(len(one.inhibited) for one in judged)
    words = "False alarms: " + ("none." if not alarms else "\n\n" + "\n".join(alarms))
    return f"{words}\n\nAlerts not sent, since another that fires inhibits them: {inhibited}."


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

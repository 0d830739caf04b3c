"""Counts of series that are born with their first event, as without `siblings: zero`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from proofs.backtest.calendar import BEGAN
from proofs.backtest.database import prometheus_over
from proofs.backtest.evaluation import EVERY, evaluate
from proofs.backtest.exposed import Moment
from proofs.backtest.rules import Record, Rules
from proofs.backtest.simulated import Simulated
from proofs.backtest.truth import Increases, compare, counters

_OPEN: Final = 'source_id="'  # the label whose values are not known before they are recorded


def compare_births(rules: Rules, simulated: Simulated) -> list[Increases]:
    """Compare the records of what fails by source, over series that never were zero."""
    asked = [one for one in counters(rules.records) if one.is_of_failures]
    needed = _needed([one.record for one in asked], rules)
    with tempfile.TemporaryDirectory(prefix="births-") as name:
        folder, data = Path(name), Path(name) / "data"
        _without_zeros(simulated).fill(folder, data)
        evaluate(Rules(needed, []), data, range(BEGAN, int(simulated.ends) + 1, EVERY))
        with prometheus_over(data, folder) as api:
            return [compare(one, simulated, api) for one in asked]


def _needed(records: Sequence[Record], rules: Rules) -> list[Record]:
    """Return records with the markers that they read."""
    read = "\n".join(one.expr for one in rules.records if one in records)
    markers = [one for one in rules.records if ":increase" not in one.name]
    return [*(one for one in markers if _is_read(one, read, markers)), *records]


def _is_read(marker: Record, text: str, markers: Iterable[Record]) -> bool:
    return marker.name in text or any(marker.name in one.expr for one in markers)


def _without_zeros(simulated: Simulated) -> Simulated:
    pushes = [*map(_born, simulated.jobs.pushes)]
    served = [replace(one, scrapes=[*map(_born, one.scrapes)]) for one in simulated.served]
    return replace(simulated, jobs=replace(simulated.jobs, pushes=pushes), served=served)


def _born(moment: Moment) -> Moment:
    """Return the series without those that have counted nothing yet."""
    kept = {
        series: value
        for series, value in moment.series.items()
        if _OPEN not in series or float(value) > 0
    }
    return Moment(moment.at, kept)

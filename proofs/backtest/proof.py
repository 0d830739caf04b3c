"""Asks the generated rules about simulated days of the SMS pipeline, for several seeds."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from proofs.backtest import report
from proofs.backtest.births import compare_births
from proofs.backtest.calendar import BEGAN, HOUR
from proofs.backtest.database import prometheus_over
from proofs.backtest.evaluation import EVERY, evaluate
from proofs.backtest.exposed import names_in
from proofs.backtest.incidents import end_of, plan
from proofs.backtest.inhibition import read_inhibitions
from proofs.backtest.kinds import KINDS, Kind
from proofs.backtest.rules import Rules, read_rules
from proofs.backtest.simulated import simulate
from proofs.backtest.truth import Increases, compare, counters
from proofs.backtest.verdicts import Judged, judge
from proofs.support.section import Section

ROOT: Final = Path(__file__).resolve().parent.parent.parent
SEED: Final = 1
SEEDS: Final = 3
HOURS: Final = 96
DOCS: Final = ROOT / "docs" / "back-test.md"
_RULES: Final = ("generated/prometheus/rules/*.yml", "deploy/prometheus/rules/*.yml")
_ALERTMANAGER: Final = ROOT / "generated" / "alertmanager" / "alertmanager.yml"


@dataclass(frozen=True, slots=True)
class BackTest:
    """What the rules said about one simulation."""

    seed: int
    judged: Judged
    increases: Sequence[Increases]
    births: Sequence[Increases]

    def failures(self) -> list[str]:
        """Say which incidents were not found, what are false alarms, which counts are wrong."""
        found = [failure for one in self.judged.verdicts for failure in one.failures()]
        found += [
            f"false alarm: {one}, {(one.begins - BEGAN) / HOUR:.2f} h"
            for one in self.judged.false_alarms
        ]
        found += [wrong for one in (*self.increases, *self.births) for wrong in one.wrong]
        return [f"seed {self.seed}: {failure}" for failure in found]


def generated_rules() -> Rules:
    """Read the rules that this repository generates."""
    return read_rules([path for pattern in _RULES for path in sorted(ROOT.glob(pattern))])


def back_test(
    seed: int, rules: Rules, kinds: Sequence[Kind] = KINDS, hours: int = HOURS
) -> BackTest:
    """Simulate hours with incidents of these kinds, and evaluate the rules over them."""
    incidents, ends = plan(seed, kinds), float(BEGAN + hours * HOUR)
    if end_of(incidents) > ends:
        raise ValueError(f"the incidents of seed {seed} need more than {hours} hours")
    names = names_in(rules.queries)
    simulated = simulate(seed, incidents, ends, names)
    with tempfile.TemporaryDirectory(prefix="back-test-") as name:
        folder, data = Path(name), Path(name) / "data"
        simulated.fill(folder, data)
        firings = evaluate(rules, data, range(BEGAN, int(ends) + 1, EVERY))
        with prometheus_over(data, folder) as api:
            increases = [compare(one, simulated, api) for one in counters(rules.records)]
    judged = judge(simulated, firings, read_inhibitions(_ALERTMANAGER))
    return BackTest(seed, judged, increases, compare_births(rules, simulated))


def prove(first: int = SEED, seeds: int = SEEDS) -> Section:
    """Back-test the rules for seeds that follow each other, and compare the tables in the docs."""
    rules = generated_rules()
    tests = [back_test(seed, rules) for seed in range(first, first + seeds)]
    text = report.tables(
        [one.judged for one in tests],
        [one.increases for one in tests],
        [one.births for one in tests],
    )
    failures = [failure for one in tests for failure in one.failures()]
    if (first, seeds) == (SEED, SEEDS) and text not in DOCS.read_text(encoding="utf-8"):
        failures.append(f"{DOCS.name} has other tables: run `python -m proofs.backtest`")
    return Section(f"{seeds} × {HOURS} hours with incidents, asked by the rules", text, failures)

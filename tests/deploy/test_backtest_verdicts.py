"""The back-test says which alerts belong to an incident, which are late, and which are false."""

from __future__ import annotations

import pytest

from proofs.backtest.calendar import BEGAN, HOUR, MINUTE
from proofs.backtest.firing import Firing
from proofs.backtest.incidents import Incident, end_of, plan
from proofs.backtest.jobs import Counted, Counts, Jobs
from proofs.backtest.kinds import KINDS
from proofs.backtest.simulated import Simulated
from proofs.backtest.verdicts import Judged, judge

BEGIN = BEGAN + 10 * HOUR
END = BEGIN + 6 * HOUR
NOTICED = BEGIN + 2 * MINUTE
KIND = next(kind for kind in KINDS if kind.name == "one source fails")


def judged(*firings: Firing, noticed: float = NOTICED) -> Judged:
    requests: Counts = {"sms_sources_requests_error_total": {(("source_id", "kexp"),): 1.0}}
    jobs = Jobs([], [Counted(NOTICED, {}), Counted(noticed, requests)])
    simulated = Simulated([Incident(KIND, BEGIN, "kexp")], jobs, [], END + 9 * HOUR)
    return judge(simulated, firings, [])


def failures(*firings: Firing, noticed: float = NOTICED) -> list[str]:
    (verdict,) = judged(*firings, noticed=noticed).verdicts
    return [*verdict.failures()]


def failing(begins: float, ends: float = END, source: str = "kexp") -> Firing:
    return Firing("SmsSourceFailing", (("source_id", source),), begins, ends)


def burning(begins: float) -> Firing:
    return Firing("SmsFetchingBudgetBurn", (("slo", "fetching"),), begins, begins + HOUR)


def test_an_incident_is_found_within_two_schedules() -> None:
    assert failures(failing(NOTICED + 2 * HOUR + 3 * MINUTE)) == []
    assert failures(failing(NOTICED + 2 * HOUR + 4 * MINUTE)) == [
        "one source fails: found 2.07 h after the first run"
    ]


def test_a_run_that_leaves_the_source_out_does_not_notice() -> None:
    assert failures(failing(BEGIN + 3 * HOUR), noticed=NOTICED + HOUR) == []


def test_an_incident_is_found_until_its_end() -> None:
    assert failures() == ["one source fails: SmsSourceFailing did not fire"]
    assert failures(failing(NOTICED, END - MINUTE)) == [
        "one source fails: nothing fires at its end any more"
    ]


@pytest.mark.parametrize(
    "alarm",
    [
        failing(BEGIN - MINUTE),
        failing(END + HOUR + MINUTE, END + 2 * HOUR),
        failing(NOTICED, source="neumos"),
        Firing("SmsPagesChanged", (("source_id", "kexp"),), NOTICED, END),
        burning(BEGIN - MINUTE),
        burning(END + 73 * HOUR),
    ],
    ids=str,
)
def test_other_alerts_are_false_alarms(alarm: Firing) -> None:
    found = judged(alarm)
    assert [*found.false_alarms] == [alarm]
    assert [*found.again] == []


def test_an_objective_can_alert_later_and_again() -> None:
    found = judged(burning(END + 5 * HOUR), burning(END + 7 * HOUR))
    assert [*found.verdicts[0].also] == [burning(END + 5 * HOUR)]
    assert [*found.again] == [burning(END + 7 * HOUR)]
    assert [*found.false_alarms] == []


@pytest.mark.parametrize("seed", range(20))
def test_at_most_two_incidents_go_on_at_a_time(seed: int) -> None:
    incidents = plan(seed)
    assert {one.kind.name for one in incidents} == {kind.name for kind in KINDS}
    assert incidents[-1].kind.is_for_good
    assert end_of(incidents) <= BEGAN + 96 * HOUR
    for number, one in enumerate(incidents):
        during = [other for other in incidents[:number] if other.ends > one.begins]
        assert len(during) <= 1
        assert not any(one.kind.apart or other.kind.apart for other in during)
        assert one.target == "" or one.target not in {other.target for other in during}


def test_incidents_overlap() -> None:
    pairs = [(a, b) for seed in range(20) for a, b in zip(plan(seed), plan(seed)[1:], strict=False)]
    assert sum(b.begins < a.ends for a, b in pairs) > 20

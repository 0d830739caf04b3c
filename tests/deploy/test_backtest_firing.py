"""The back-test decides as Prometheus and Alertmanager do when alerts fire and are sent."""

from __future__ import annotations

from proofs.backtest.firing import Firing, firings
from proofs.backtest.inhibition import Inhibition, Matcher, is_sent
from proofs.backtest.rules import Alert

MINUTES = range(0, 3600, 60)


def spans(active: range, *, holds: float = 0, keeps: float = 0) -> list[tuple[float, float]]:
    alert = Alert("A", "up == 0", {}, holds, keeps, 60)
    return [(one.begins, one.ends) for one in firings(alert, (), active, MINUTES)]


def test_an_alert_fires_once_it_has_been_true_for_its_time() -> None:
    assert spans(range(600, 1200, 60), holds=300) == [(900, 1200)]


def test_an_alert_that_is_true_too_shortly_does_not_fire() -> None:
    assert spans(range(600, 900, 60), holds=300) == []


def test_an_alert_is_kept_firing() -> None:
    assert spans(range(600, 1200, 60), keeps=300) == [(600, 1500)]


def test_an_alert_that_returns_while_it_is_kept_does_not_begin_again() -> None:
    alert = Alert("A", "up == 0", {}, 120, 300, 60)
    active = [*range(600, 900, 60), *range(1080, 1200, 60)]
    found = [*firings(alert, (), active, MINUTES)]
    assert [(one.begins, one.ends) for one in found] == [(720, 1500)]


def inhibited(source: Firing, target: Firing) -> bool:
    rule = Inhibition([Matcher("alertname", "=", "Down")], [Matcher("alertname", "=~", "A|B")], [])
    return not is_sent(target, [source, target], [rule])


def test_an_alert_is_not_sent_while_another_inhibits_it() -> None:
    assert inhibited(Firing("Down", (), 0, 600), Firing("A", (), 60, 600))


def test_an_alert_is_sent_where_it_outlasts_the_other() -> None:
    assert not inhibited(Firing("Down", (), 0, 540), Firing("A", (), 60, 600))


def test_an_alert_is_sent_where_it_begins_before_the_other() -> None:
    assert not inhibited(Firing("Down", (), 120, 600), Firing("A", (), 60, 600))


def test_only_alerts_that_the_rule_names_are_inhibited() -> None:
    assert not inhibited(Firing("Down", (), 0, 600), Firing("C", (), 60, 600))

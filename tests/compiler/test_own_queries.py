"""The project's own dashboards and rules pass the checker, with warnings as errors."""

from __future__ import annotations

from tests.support.programs import ROOT
from typedprom_codegen.commands import CheckOptions, check

RULES = "generated/prometheus/rules"
DASHBOARDS = "generated/grafana"


def test_nothing_is_found_in_our_own_dashboards_and_rules() -> None:
    asked = CheckOptions(strict=True, dashboards=(DASHBOARDS,), rules=(RULES,))
    outcome = check(ROOT, asked)
    assert outcome.exit == 0
    assert [line for line in outcome.stderr.splitlines() if ": note: SLO" not in line] == []
    files = len(list((ROOT / RULES).glob("*.yml")))
    assert f" in {files} rule files" in outcome.stdout


def test_a_suppression_holds_in_dashboards_too() -> None:
    """The heartbeat's tile falls back to 0, which the catalog accepts with a reason."""
    dashboard = (ROOT / DASHBOARDS / "dashboards" / "components" / "service.json").read_text()
    assert "or vector(0)" in dashboard
    assert "suppress:" in (ROOT / "schema" / "sms" / "service.yaml").read_text()

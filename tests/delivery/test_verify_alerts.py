"""`typedprom-spool verify` knows the alerts of deploy/, and tells which of them are missing."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.delivery.receivers import receiver, respond
from tests.support.programs import ROOT
from tools.running import HOST
from typedprom.delivery import verify
from typedprom.delivery.credentials import Credentials
from typedprom.delivery.verify import ALERTS
from typedprom.delivery.verify_sources import JSONSource
from typedprom.spool.directory import SpoolDirectory

RULES = sorted((ROOT / "deploy" / "prometheus" / "rules").glob("*.yml"))


def test_alerts_that_are_missing_or_fail() -> None:
    rules = [{"name": name, "lastError": ""} for name in ALERTS[2:]]
    rules[0]["lastError"] = "many-to-many matching"
    answer = {"data": {"result": [], "groups": [{"rules": [*rules, {"name": "Mine"}]}]}}
    content = verify.SpoolContent(SpoolDirectory(Path()), {"job": "a"}, "", None, 60.0)
    with receiver(respond(200, json.dumps(answer))) as server:
        prometheus = JSONSource(f"http://{HOST}:{server.port}", "Prometheus", Credentials())
        *_, check = verify.check_prometheus(content, prometheus, None, None)
    assert (check.check, check.state) == ("rules", "wrong")
    assert check.finding == (
        f"alerts are not loaded: {ALERTS[0]}, {ALERTS[1]} and failing: {ALERTS[2]} "
        "(many-to-many matching)"
    )


def test_the_alerts_are_those_of_the_files() -> None:
    texts = "".join(file.read_text(encoding="utf-8") for file in RULES)
    named = re.findall(r"^ *- alert: (\w+)$", texts, re.M)
    assert sorted({*named}) == [*ALERTS]

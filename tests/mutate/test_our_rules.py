"""The generated tests notice nearly every change of the generated rules; the rest is listed."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.needs import require_servers
from tests.support.programs import ROOT
from tools.servers import FOLDER, Build
from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.mutate.mutation import MutationRequest, mutation_report
from typedprom_codegen.mutate.mutation_run import Verdict
from typedprom_codegen.sources.file_patterns import found_files

GENERATED = ("generated/prometheus", "deploy/prometheus")
LEAST_KILLED = 0.95


@pytest.mark.slow
def test_mutants_of_our_rules_are_killed_or_accepted() -> None:
    require_servers()
    rules, tests = (
        found_files(ROOT, [f"{folder}/{kind}" for folder in GENERATED], option, (".yml",))
        for kind, option in (("rules", "--rules"), ("tests", "--tests"))
    )
    found = Diagnostics()
    request = MutationRequest(
        project=ROOT,
        rules=rules,
        tests=tests,
        accept="tests/mutate/accepted.yml",
        promtool=str(FOLDER / Build.STABLE.value / "usr" / "bin" / "promtool"),
        timeout=120,
    )
    report = mutation_report(request, found)
    assert [each.message for each in found] == []
    assert report is not None
    left = [
        f"{mutant.rule.name}: {mutant.words}: {verdict.value}"
        for mutant, verdict in report.verdicts.items()
        if verdict is not Verdict.KILLED and mutant not in report.reasons
    ]
    assert left == []
    verdicts = Counter(report.verdicts.values())
    assert verdicts[Verdict.KILLED] >= LEAST_KILLED * len(report.verdicts) > 0

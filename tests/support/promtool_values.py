"""What queries and rules give over made samples, as promtool evaluates them."""

from __future__ import annotations

import math
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from tests.support.needs import require_newer_prometheus, require_servers
from tools.servers import Build, program
from typedprom_codegen.alerting.rule_data import group_data
from typedprom_codegen.alerting.rule_model import CompiledCatalog, RecordingRule, Rule, RuleGroup
from typedprom_codegen.yaml_writer import YamlData, to_yaml

Samples = Sequence[float | None]
"""A value a minute; None where there is none, beginning with a mark of staleness."""

_FOUND = re.compile(
    r"expr: \"(?P<expr>.*)\", time: (?P<time>\S+),\s+exp:\s*nil\s+got:\s*(?P<got>.*)"
)


def promtool(build: Build) -> Path:
    """The promtool of a build; the test needs it."""
    (require_servers if build is Build.STABLE else require_newer_prometheus)()
    return program("promtool", build)


def evaluated(
    compiled: CompiledCatalog,
    series: Mapping[str, Samples],
    query: str,
    minutes: Sequence[int],
    folder: Path,
    build: Build = Build.STABLE,
    seconds: int = 0,
) -> dict[int, float | None]:
    """The value of a query at each of these minutes, or some seconds later; None if it has none.

    Rules are evaluated at each minute. Groups come in the order of the files: first the markers.
    """
    groups = _groups_for(query, compiled)
    rules = {"groups": [group_data(group) for group in groups]}
    (folder / "rules.yml").write_text(to_yaml(rules), encoding="utf-8")
    order: list[YamlData] = [group.name for group in groups]
    test = _test_file(series, query, minutes, seconds) | {"group_eval_order": order}
    (folder / "test.yml").write_text(to_yaml(test), encoding="utf-8")
    done = subprocess.run(
        [promtool(build), "test", "rules", folder / "test.yml"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return _values(done.stdout + done.stderr, minutes)


def _test_file(
    series: Mapping[str, Samples], query: str, minutes: Sequence[int], seconds: int
) -> dict[str, YamlData]:
    """A test without expectations: promtool says what it got of each query."""
    inputs: list[YamlData] = [
        {"series": name, "values": notation(samples)} for name, samples in series.items()
    ]
    queries: list[YamlData] = [
        {"expr": f"({query}) + 0 * {minute}", "eval_time": f"{minute}m{seconds}s"}
        for minute in minutes
    ]
    test: YamlData = {"interval": "1m", "input_series": inputs, "promql_expr_test": queries}
    return {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": [test]}


def _groups_for(query: str, compiled: CompiledCatalog) -> list[RuleGroup]:
    """The groups with the rules that record what a query reads, which takes less time than all."""
    groups = [group for file in compiled.files for group in file.groups]
    read = query
    for rule in reversed([rule for group in groups for rule in group.rules]):
        if isinstance(rule, RecordingRule) and rule.name in read:
            read += rule.expr
    return [replace(group, rules=kept) for group in groups if (kept := _recorded(group, read))]


def _recorded(group: RuleGroup, read: str) -> tuple[Rule, ...]:
    return tuple(r for r in group.rules if isinstance(r, RecordingRule) and r.name in read)


def notation(samples: Samples) -> str:
    """Samples as promtool's tests write them."""
    parts: list[str] = []
    for value, repeated in groupby(samples):
        count = len(list(repeated))
        if value is None:
            parts.append("_" if not parts else "stale")
            parts += [f"_x{count - 1}"] if count > 1 else []
        elif math.isfinite(value):
            parts.append(f"{value:g}x{count - 1}" if count > 1 else f"{value:g}")
        else:
            parts += [f"{value:g}"] * count  # promtool repeats numbers only
    return " ".join(parts)


def _values(output: str, minutes: Sequence[int]) -> dict[int, float | None]:
    assert "expr: " in output or "SUCCESS" in output, output
    found: dict[int, float | None] = dict.fromkeys(minutes)
    for match in _FOUND.finditer(output):
        minute = int(match["expr"].rsplit("* ", 1)[1])
        (value,) = re.findall(r"\{[^}]*\} (\S+)", match["got"])
        found[minute] = float(value)
    return found

"""Tests of the rules for promtool, from what the alerts mean: not from their queries.

A test puts in what happens to a few series, and says which alerts that gives and when, and which
counts are recorded. `typedprom mutate` shows that mutants of the rules fail them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from typedprom_codegen.alerting.increase import births
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.emit import GENERATED, OutputFile
from typedprom_codegen.rule_tests.alert_test_files import alert_test_files
from typedprom_codegen.rule_tests.record_test_files import record_test_files
from typedprom_codegen.rule_tests.setting import Setting

HEADER: Final = f"{GENERATED} Run it with `promtool test rules`."


def test_files(compiled: CompiledCatalog) -> Iterator[OutputFile]:
    """The files of tests, in the folder `tests` beside the folder `rules`."""
    setting = Setting(compiled.catalog, births(compiled.catalog, compiled.options))
    files = chain(record_test_files(compiled, setting), alert_test_files(compiled, setting))
    for name, file in files:
        yield OutputFile(f"tests/{name}.test.yml", file.text(HEADER))

"""Writes catalogs into a folder and runs the compiler's front end on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from typedprom_codegen.diagnostics import Diagnostic, Diagnostics
from typedprom_codegen.ir import Catalog, Metric
from typedprom_codegen.lint import lint
from typedprom_codegen.lint.rules_in_use import Rules, every_rule
from typedprom_codegen.load import load
from typedprom_codegen.queries.checked import QueryOptions
from typedprom_codegen.queries.known import known_series
from typedprom_codegen.resolve import resolve

HEADER = "catalog: {namespace: shop, title: Web shop, owner: shop-team}\n"
COMPONENT = "component: {name: orders, title: Orders}\n"
Files = Mapping[str, str | bytes]


@dataclass(frozen=True)
class Outcome:
    """The result of the front end for a catalog; with errors, its valid part."""

    catalog: Catalog
    found: tuple[Diagnostic, ...]

    @property
    def codes(self) -> list[str]:
        return [diagnostic.code.id for diagnostic in self.found]

    @property
    def whole(self) -> Catalog:
        assert self.catalog.is_valid, [d.message for d in self.found]
        return self.catalog

    @property
    def only(self) -> Diagnostic:
        (diagnostic,) = self.found
        return diagnostic

    def metric(self, key: str) -> Metric:
        return next(metric for metric in self.whole.metrics() if metric.key == key)


def write(project: Path, files: Files) -> Path:
    """Write the files of a catalog below `project` and return its folder."""
    folder = project / "catalog"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    return folder


def compiled(project: Path, files: Files) -> Outcome:
    """Write the files and run load and resolve."""
    folder = write(project, files)
    diagnostics = Diagnostics()
    catalog = resolve(load(folder, project, diagnostics), diagnostics)
    return Outcome(catalog, tuple(diagnostics))


def linted(project: Path, files: Files, rules: Rules) -> Outcome:
    """Write the files and run load, resolve and these lint rules."""
    outcome = compiled(project, files)
    diagnostics = Diagnostics()
    diagnostics.extend((*outcome.found, *lint_of(outcome.catalog, rules)))
    return Outcome(outcome.catalog, tuple(diagnostics))


def lint_of(catalog: Catalog, rules: Rules) -> list[Diagnostic]:
    """Return what these rules report about a catalog, with nothing configured."""
    return lint(catalog, rules, known_series(catalog), QueryOptions())


def rules_of(*codes: str) -> Rules:
    """Return the rules with these codes."""
    all_ = every_rule()
    rules = Rules(
        tuple(rule for rule in all_.on_catalogs if rule.code.id in codes),
        tuple(rule for rule in all_.on_queries if rule.code.id in codes),
    )
    assert len(rules.codes) == len(codes), f"one of {codes} is not the code of a rule"
    return rules


def with_metrics(metrics: str, *, header: str = HEADER) -> dict[str, str | bytes]:
    """Return a catalog of one component with the given lines below `metrics:`."""
    return {"catalog.yaml": header, "orders.yaml": COMPONENT + "metrics:\n" + metrics}

"""Rules: the alerts, objectives and records of a catalog as queries for Prometheus."""

from __future__ import annotations

from typedprom_codegen.alerting.assembly import rule_files
from typedprom_codegen.alerting.burn_pairs import dropped_pairs
from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.ir import Catalog
from typedprom_codegen.queries.checked import QueryOptions


def with_rules(catalog: Catalog, options: QueryOptions) -> CompiledCatalog:
    """The catalog with its rule files, for the Prometheus that the project states."""
    dropped = tuple(pair for slo in catalog.slos for pair in dropped_pairs(slo, catalog))
    return CompiledCatalog(catalog, rule_files(catalog, options), dropped, options)

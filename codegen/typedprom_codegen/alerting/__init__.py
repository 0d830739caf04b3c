"""Rules: the alerts, objectives and records of a catalog as queries for Prometheus."""

from __future__ import annotations

from typedprom_codegen.alerting.rule_model import CompiledCatalog
from typedprom_codegen.ir import Catalog
from typedprom_codegen.queries.checked import QueryOptions


def with_rules(catalog: Catalog, options: QueryOptions) -> CompiledCatalog:
    """The catalog with its rule files, for the Prometheus that the project states."""
    del options
    return CompiledCatalog(catalog)

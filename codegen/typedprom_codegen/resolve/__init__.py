"""The resolve stage: resolves references, defaults and names of the files to one Catalog."""

from __future__ import annotations

from dataclasses import replace

from typedprom_codegen.diagnostics import Diagnostics
from typedprom_codegen.ir import Catalog
from typedprom_codegen.load import RawCatalog
from typedprom_codegen.resolve.buckets import resolve_presets
from typedprom_codegen.resolve.catalog_facts import resolve_flow, resolve_links, resolve_severities
from typedprom_codegen.resolve.catalog_file import find_header
from typedprom_codegen.resolve.components import resolve_components
from typedprom_codegen.resolve.constant_labels import (
    check_constants,
    resolve_constants,
    resolve_environment,
    resolve_target_labels,
)
from typedprom_codegen.resolve.declared_alerts import declared_alerts
from typedprom_codegen.resolve.deprecation import check_replacements
from typedprom_codegen.resolve.derived_alerts import with_derived
from typedprom_codegen.resolve.incomplete import find_missing_parts
from typedprom_codegen.resolve.labels import check_shadowing, resolve_labels
from typedprom_codegen.resolve.panel_thresholds import with_thresholds
from typedprom_codegen.resolve.python_names import check_python_names
from typedprom_codegen.resolve.ratios import with_ratios
from typedprom_codegen.resolve.records import resolve_records
from typedprom_codegen.resolve.rule_entries import rule_scope
from typedprom_codegen.resolve.rule_names import check_rule_names
from typedprom_codegen.resolve.schedules import check_schedules, resolve_schedules
from typedprom_codegen.resolve.scope import Scope
from typedprom_codegen.resolve.series_names import check_exposed_names
from typedprom_codegen.resolve.siblings import check_siblings
from typedprom_codegen.resolve.slos import resolve_slos


def resolve(raw: RawCatalog, diagnostics: Diagnostics) -> Catalog:
    """The catalog. If `diagnostics` has errors, only its valid parts, which are for lint only."""
    header = find_header(raw, diagnostics)
    presets = resolve_presets(header.file, diagnostics)
    labels = resolve_labels(header.file, None, diagnostics)
    scope = Scope(raw, header, labels, presets)
    components = resolve_components(scope, diagnostics)
    catalog = Catalog(
        namespace=header.namespace,
        title=header.title,
        description=header.description,
        labels=tuple(labels.values()),
        components=components,
        span=header.span,
        where=header.where,
        constant_labels=resolve_constants(header.file, diagnostics),
        environment=resolve_environment(header.file),
        schedules=resolve_schedules(header.file),
        target_labels=resolve_target_labels(header.file, diagnostics),
        flow=resolve_flow(header.file, components, scope, diagnostics),
        severities=resolve_severities(header.file),
        links=resolve_links(header.file, diagnostics),
    )
    check_shadowing(catalog, diagnostics)
    check_constants(catalog, diagnostics)
    check_siblings(catalog, diagnostics)
    check_schedules(catalog, header.file, diagnostics)
    check_replacements(catalog, scope, diagnostics)
    if header.known:  # names depend on the namespace
        check_exposed_names(catalog, diagnostics)
        check_python_names(catalog, diagnostics)
    ruled = _with_rules(catalog, scope, diagnostics)
    catalog = with_thresholds(ruled, diagnostics)
    if catalog is not ruled:  # alerts have the metrics with these thresholds
        catalog = _with_rules(catalog, scope, Diagnostics())
    return replace(
        catalog, missing=find_missing_parts(catalog, scope), is_valid=not diagnostics.has_errors
    )


def _with_rules(catalog: Catalog, scope: Scope, diagnostics: Diagnostics) -> Catalog:
    """The catalog with its ratios, alerts, objectives and records."""
    catalog = with_ratios(rule_scope(catalog, scope, diagnostics))
    within = rule_scope(catalog, scope, diagnostics)
    declared = declared_alerts(within)
    ruled = replace(
        catalog,
        alerts=with_derived(catalog, declared),
        slos=resolve_slos(within),
        records=resolve_records(within),
    )
    check_rule_names(ruled, diagnostics)
    return ruled

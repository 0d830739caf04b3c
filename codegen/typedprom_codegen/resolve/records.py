"""Resolves `records:`, the recording rules that the catalog declares."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.diagnostics import Related
from typedprom_codegen.ir import CatalogQuery, Metric, Record
from typedprom_codegen.resolve.rule_entries import RuleEntry, RuleScope
from typedprom_codegen.resolve.series_names import exposed
from typedprom_codegen.sources.yaml_place import YamlPlace


def resolve_records(within: RuleScope) -> tuple[Record, ...]:
    """The records, by component and file order."""
    return tuple(_all(within))


def _all(within: RuleScope) -> Iterator[Record]:
    exposing = {name: metric for metric in within.catalog.metrics() for name in exposed(metric)}
    for file, component in within.homes():
        for name, record in (file.raw.records or {}).items():
            entry = RuleEntry(file, ("records", name), f"record `{name}`", component, within)
            _check_name(name, entry, exposing)
            yield Record(
                name=name,
                query=CatalogQuery(
                    name=name,
                    expr=record.expr,
                    place=YamlPlace(file.source, (*entry.path, "expr")),
                    where=entry.where,
                ),
                component=component.name if component else None,
                help=record.help,
                span=entry.span,
                where=entry.where,
                suppressions=entry.suppressions(record.suppress),
            )


def _check_name(name: str, entry: RuleEntry, exposing: dict[str, Metric]) -> None:
    metric = exposing.get(name)
    if metric is not None:
        entry.report(
            codes.BAD_RECORD,
            f"{entry.called} has the name of a series of metric `{metric.key}`",
            help="rename it: `level:metric:operation`",
            related=[Related(metric.span, f"`{metric.key}` is declared here")],
        )
    elif ":" not in name:
        entry.report(
            codes.BAD_RECORD,
            f"the name of {entry.called} has no colon",
            help="rename it: `level:metric:operation`, such as `country:shop_orders_placed:rate5m`",
        )

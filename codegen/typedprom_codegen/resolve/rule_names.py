"""Checks that keys and names of alerts, objectives and records are unique in the catalog."""

from __future__ import annotations

from collections.abc import Iterable

from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.diagnostics import Diagnostics, Related
from typedprom_codegen.ir import Alert, Catalog, Record, Slo


def check_rule_names(catalog: Catalog, diagnostics: Diagnostics) -> None:
    """Report entries of which another has the same key, or the same name."""
    _check_keys("alert", ((alert.key, alert) for alert in catalog.alerts), diagnostics)
    _check_keys("SLO", ((slo.key, slo) for slo in catalog.slos), diagnostics)
    _check_keys("record", ((record.name, record) for record in catalog.records), diagnostics)
    _check_names((*catalog.alerts, *catalog.slos), diagnostics)


def _check_keys(
    kind: str, entries: Iterable[tuple[str, Alert | Slo | Record]], diagnostics: Diagnostics
) -> None:
    first: dict[str, Alert | Slo | Record] = {}
    for key, entry in entries:
        earlier = first.setdefault(key, entry)
        if earlier is not entry:
            diagnostics.report(
                codes.DUPLICATE_RULE,
                f"{kind} `{key}` is declared twice",
                entry.span,
                help="rename or remove one of them; they are unique in the whole catalog",
                related=[Related(earlier.span, "it is first declared here")],
            )


def _check_names(entries: tuple[Alert | Slo, ...], diagnostics: Diagnostics) -> None:
    first: dict[str, Alert | Slo] = {}
    for entry in entries:
        earlier = first.setdefault(entry.name, entry)
        if earlier is entry or earlier.called == entry.called:
            continue  # two with the same key are reported
        diagnostics.report(
            codes.DUPLICATE_RULE,
            f"{entry.called} and {earlier.called} are both named `{entry.name}`",
            entry.where("name"),
            help="give one of them another `name`, or another key",
            related=[Related(earlier.span, f"{earlier.called} is declared here")],
        )

"""Resolves `alerts:`: those that files declare, and which derived ones they turn off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from typedprom_codegen import names, raw
from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.ir import (
    Alert,
    AlertSeverity,
    Form,
    LateForm,
    NeverForm,
    RunbookText,
)
from typedprom_codegen.message_parts import did_you_mean, listed, quoted
from typedprom_codegen.resolve.alert_fields import DISABLED, FORMS, find_form
from typedprom_codegen.resolve.alert_forms import FormSource, resolve_form
from typedprom_codegen.resolve.rule_entries import RuleEntry, RuleScope, seconds


@dataclass(frozen=True, slots=True)
class DeclaredAlerts:
    """The alerts of all files, and the derived ones that they replace or turn off."""

    alerts: tuple[Alert, ...]
    keys: frozenset[str]  # of all entries, also those with errors
    disabled: tuple[RuleEntry, ...]


def declared_alerts(within: RuleScope) -> DeclaredAlerts:
    """The declared alerts, by component and file order."""
    alerts: list[Alert] = []
    disabled: list[RuleEntry] = []
    keys: set[str] = set()
    for file, component in within.homes():
        keys.update(file.broken_in("alerts"))
        for key, alert in (file.raw.alerts or {}).items():
            keys.add(key)
            entry = RuleEntry(file, ("alerts", key), f"alert `{key}`", component, within)
            form = find_form(alert, entry)
            if form == DISABLED:
                disabled.append(entry)
            elif form is not None:
                resolved = resolve_form(FormSource(alert, entry, form))
                severity = _severity(alert, entry)
                if severity is not None:
                    _check_do(alert, severity, entry)
                if resolved is not None and severity is not None:
                    alerts.append(_alert(alert, resolved, severity, form, entry))
    return DeclaredAlerts(tuple(alerts), frozenset(keys), tuple(disabled))


def _alert(
    alert: raw.Alert, form: Form, severity: AlertSeverity, kind: str, entry: RuleEntry
) -> Alert:
    key = str(entry.path[-1])
    namespace = entry.within.catalog.namespace
    defaults = FORMS[kind]
    return Alert(
        key=key,
        name=alert.name or names.alert_name(namespace, key),
        component=entry.component.name if entry.component else None,
        form=form,
        by=tuple(alert.by or _scheduled(form)),
        severity=severity,
        hold=defaults.hold if alert.for_ is None else seconds(alert.for_),
        keep=defaults.keep if alert.keep is None else seconds(alert.keep),
        summary=alert.summary or "",
        description=alert.description or "",
        runbook=runbook_text(alert),
        owner=alert.owner or owner_of(entry),
        is_derived=False,
        span=entry.span,
        where=entry.where,
        suppressions=entry.suppressions(alert.suppress),
    )


def _scheduled(form: Form) -> tuple[str, ...]:
    """The label that tells programs apart."""
    if not isinstance(form, LateForm | NeverForm):
        return ()
    return tuple(dict.fromkeys(schedule.label for schedule in form.schedules))


def runbook_text(entry: raw.Alert | raw.Slo) -> RunbookText:
    """What the author of an alert or an objective writes for its runbook."""
    return RunbookText(entry.do or "", entry.lost or "", entry.silence or "")


def owner_of(entry: RuleEntry) -> str | None:
    """The owner of an entry that says none: that of the component, or of the catalog."""
    return entry.component.owner if entry.component else entry.within.scope.header.owner


_DEFAULT: Final = 1


def default_severity(severities: tuple[AlertSeverity, ...]) -> AlertSeverity:
    """The second severity, or the only one."""
    return severities[min(_DEFAULT, len(severities) - 1)]


def _severity(alert: raw.Alert, entry: RuleEntry) -> AlertSeverity | None:
    severities = entry.within.catalog.severities
    if alert.severity is None:
        return default_severity(severities)
    known = {severity.name: severity for severity in severities}
    if alert.severity not in known and entry.within.scope.header.known:
        entry.report(
            codes.UNKNOWN_SEVERITY,
            f"{entry.called} has the severity {quoted(alert.severity)}, which does not exist"
            f"{did_you_mean(alert.severity, known)}",
            "severity",
            help=f"the severities are {listed(f'`{each}`' for each in known)}; "
            "others can be added under `severities:` of `catalog:`",
        )
        return None
    return known.get(alert.severity) or default_severity(severities)


def _check_do(alert: raw.Alert, severity: AlertSeverity, entry: RuleEntry) -> None:
    if severity == entry.within.catalog.severities[0] and alert.do is None:
        entry.report(
            codes.NOTHING_TO_DO,
            f"{entry.called} has the severity `{severity.name}`, but does not say what to do",
            *(["severity"] if alert.severity else []),
            help="add `do:` with the first steps to take, or a lower severity",
        )

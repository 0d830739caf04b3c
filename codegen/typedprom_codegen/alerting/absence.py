"""Which alerts only follow from the absence of metrics that another alert reports."""

from __future__ import annotations

from typedprom_codegen.ir import (
    AbsentForm,
    Alert,
    FewerForm,
    LateForm,
    NeverForm,
    ScheduleIndicator,
    SilentForm,
    Slo,
)


def follows(source: Alert | Slo, absent: Alert | Slo) -> bool:
    """Whether an alert fires because the metrics are absent whose absence another one reports."""
    if not isinstance(absent, Alert) or not isinstance(absent.form, AbsentForm):
        return False
    if absent.form.selected.where or absent.form.selected.unless:
        return False
    if absent.component == source.component:  # two of one component would silence each other
        return _is_of_absence(source) and not _is_absent(source)
    return absent.component is None and _is_of_absence(source)


def _is_absent(source: Alert | Slo) -> bool:
    return isinstance(source, Alert) and isinstance(source.form, AbsentForm)


def _is_of_absence(source: Alert | Slo) -> bool:
    """Whether it fires where metrics that were there are no longer."""
    if isinstance(source, Slo):
        return isinstance(source.indicator, ScheduleIndicator)
    if isinstance(source.form, SilentForm):
        return source.form.busy is None
    return isinstance(source.form, LateForm | NeverForm | AbsentForm | FewerForm)

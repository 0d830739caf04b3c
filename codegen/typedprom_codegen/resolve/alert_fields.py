"""Which form an alert has, the fields that each form has, and what they are by default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from typedprom_codegen import raw
from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.diagnostics import Related
from typedprom_codegen.message_parts import listed, one_of
from typedprom_codegen.resolve.rule_entries import RuleEntry, seconds

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86400

LONGEST: Final = 366 * DAY

_TIMES: Final = ("over", "before", "after", "for", "keep")

DISABLED: Final = "disabled"


@dataclass(frozen=True, slots=True)
class FormFields:
    """The fields of a form, and the times that it has by default."""

    has: frozenset[str]
    needs: tuple[str, ...] = ()
    over: int = HOUR
    hold: int = 0
    keep: int = 0


_SELECT: Final = frozenset({"where", "except"})
_COMMON: Final = frozenset(
    {
        *("for", "keep", "severity", "name", "summary", "description"),
        *("do", "lost", "silence", "owner", "suppress"),
    }
)
"""The fields of every form."""

FORMS: Final[Mapping[str, FormFields]] = {
    "any": FormFields(_SELECT | {"by", "over", "above"}),
    "ratio": FormFields(_SELECT | {"by", "over", "above", "least"}, keep=15 * MINUTE),
    "gauge": FormFields(_SELECT | {"by", "above", "below"}, hold=5 * MINUTE),
    "silent": FormFields(_SELECT | {"by", "over", "while", "least"}, hold=5 * MINUTE),
    "fewer": FormFields(
        _SELECT | {"by", "over", "than", "before", "of", "least"}, over=DAY, keep=15 * MINUTE
    ),
    "quantile": FormFields(
        _SELECT | {"by", "over", "at", "above", "least"},
        needs=("above",),
        over=DAY,
        keep=15 * MINUTE,
    ),
    "late": FormFields(_SELECT | {"by", "after"}, hold=5 * MINUTE),
    "never": FormFields(_SELECT | {"by"}, hold=HOUR),
    "absent": FormFields(_SELECT | {"over"}, hold=5 * MINUTE),
    "expr": FormFields(frozenset({"by", "tests"})),
}
"""All forms, by the field that says which it is."""

_ONE_OF: Final = {"gauge": ("above", "below"), "fewer": ("before", "of")}
"""Fields of which a form needs exactly one."""


def find_form(alert: raw.Alert, entry: RuleEntry) -> str | None:
    """The form of an alert, or `disabled`; None if it has none, or fields that do not fit."""
    there = {_name(field) for field in alert.model_fields_set}
    forms = [form for form in (*FORMS, DISABLED) if form in there]
    if not forms:
        entry.report(
            codes.BAD_FORM,
            f"{entry.called} has no form",
            help=f"add one of {one_of(f'`{form}`' for form in FORMS)}",
        )
        return None
    if len(forms) > 1:
        entry.report(
            codes.BAD_FORM,
            f"{entry.called} has the forms {listed(f'`{form}`' for form in forms)}",
            forms[1],
            help="keep one of them; two conditions are two alerts",
            related=[Related(entry.where(forms[0]), "the first one is here")],
        )
        return None
    _check_times(entry)
    foreign, lacking = [*_foreign(forms[0], there)], [*_lacking(forms[0], there)]
    for field in foreign:
        _report_field(forms[0], field, entry)
    for fields in lacking:
        _report_lack(forms[0], fields, there, entry)
    return None if foreign or lacking else forms[0]


def _check_times(entry: RuleEntry) -> None:
    """Report times that are longer than any Prometheus keeps."""
    for field in _TIMES:
        text = entry.text(field) if entry.has(field) else "0s"
        if seconds(text) > LONGEST:
            entry.report(
                codes.BAD_QUANTITY,
                f"`{field}` of {entry.called} is `{text}`, which is longer than a year",
                field,
                help="write a shorter time: nobody keeps metrics for so long",
            )


def _name(field: str) -> str:
    """The name of a field in the YAML: without the `_` of Python's keywords."""
    return field.rstrip("_")


def _foreign(form: str, there: set[str]) -> Iterator[str]:
    """The fields that are there and that the form does not have."""
    has = frozenset[str]() if form == DISABLED else FORMS[form].has | _COMMON
    yield from sorted(there - has - {form})


def _lacking(form: str, there: set[str]) -> Iterator[tuple[str, ...]]:
    """The fields that the form needs, and of which none is there, or more than one."""
    if form == DISABLED:
        return
    either = _ONE_OF.get(form)
    if either and len(there & {*either}) != 1:
        yield either
    for field in FORMS[form].needs:
        if field not in there:
            yield (field,)


def _report_field(form: str, field: str, entry: RuleEntry) -> None:
    owners = [each for each, fields in FORMS.items() if field in fields.has]
    if form == DISABLED:
        message = f"{entry.called} is disabled, so it has no `{field}`"
        help_ = f"remove `{field}`, or `disabled`"
    else:
        message = f"{entry.called} has the form `{form}`, which has no `{field}`"
        help_ = f"remove it; `{field}` is for {listed(f'`{owner}`' for owner in owners)}"
    entry.report_key(codes.BAD_FORM, message, field, help=help_)


def _report_lack(form: str, fields: tuple[str, ...], there: set[str], entry: RuleEntry) -> None:
    names = [f"`{field}`" for field in fields]
    if there.issuperset(fields):
        entry.report(
            codes.BAD_FORM,
            f"{entry.called} has both {listed(names)}",
            fields[1],
            help="keep one of the two; two limits are two alerts",
        )
        return
    entry.report(
        codes.BAD_FORM,
        f"{entry.called} has the form `{form}`, which needs {one_of(names)}",
        help=f"add {one_of(names)}",
    )

"""Links from a page to the dashboard that shows the alert, with its variables filled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from typedprom_codegen.alerting.selected_series import chosen_values, selected_by
from typedprom_codegen.emit.runbooks import markdown
from typedprom_codegen.emit.runbooks.page_subjects import Subject
from typedprom_codegen.ir import Alert, Catalog, LateForm, NeverForm

MOST_LINKS: Final = 20
_VARIABLE: Final = re.compile(r"([?&])var-(\w+)=\{\{[^{}]*\}\}")
_BRACES: Final = '{{ "{{" }}'


def dashboard_links(catalog: Catalog, subject: Subject) -> Iterator[str]:
    """A paragraph for each address that the rules link."""
    addresses = [dict(each.rule.annotations).get("dashboard_url") for each in subject.rules]
    for address in dict.fromkeys(filter(None, addresses)):
        yield _paragraph(catalog, subject, address)


def _paragraph(catalog: Catalog, subject: Subject, address: str) -> str:
    """The dashboard; for each value of a label if there are few, else how to choose one."""
    shown = _with_values(address, {})
    link = markdown.link("Dashboard", shown)
    variables = [found[2] for found in _VARIABLE.finditer(address)]
    if not variables:
        return f"{link}."
    values = _values(catalog, subject, variables[0]) if len(variables) == 1 else ()
    if 0 < len(values) <= MOST_LINKS:
        (name,) = variables
        links = [markdown.link(value, _with_values(address, {name: value})) for value in values]
        return f"{link}; by {markdown.code(name)}: {', '.join(links)}."
    mark = "&" if "?" in shown else "?"
    added = mark + "&".join(f"var-{name}=VALUE" for name in variables)
    return f"{link}. The link in the notification sets the variables: {markdown.code(added)}."


def _with_values(address: str, values: dict[str, str]) -> str:
    """The address with the variables that are known, and without the others."""

    def variable(found: re.Match[str]) -> str:
        value = values.get(found[2])
        return f"{found[1]}var-{found[2]}={quote(value, safe='')}" if value is not None else ""

    filled = _VARIABLE.sub(variable, address).replace(_BRACES, "{{")
    return filled if "?" in filled else filled.replace("&", "?", 1)


def _values(catalog: Catalog, subject: Subject, name: str) -> tuple[str, ...]:
    """The values that an alert can have: with a schedule, or those of a closed label."""
    form = subject.source.form if isinstance(subject.source, Alert) else None
    if isinstance(form, LateForm | NeverForm) and form.schedules:
        return tuple(each.value for each in form.schedules if each.label == name)
    for selected in selected_by(subject.source, catalog):
        if values := chosen_values(selected, name):
            return values
    return tuple(each.value for each in catalog.schedules if each.label == name)

"""Resolves what `catalog:` states for alerts: `flow`, `severities`, and addresses to link."""

from __future__ import annotations

import re
from typing import Final

from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.diagnostics import Diagnostics, Related
from typedprom_codegen.ir import NO_LINKS, SEVERITIES, AlertSeverity, Component, Links
from typedprom_codegen.load.validation import LoadedFile
from typedprom_codegen.message_parts import did_you_mean, one_of, quoted
from typedprom_codegen.resolve.scope import Scope

_ADDRESS: Final = re.compile(r"https?://[^\s/{}]+(/\S*)?")
_PARTS: Final = {"runbooks": "{alert}", "dashboards": "{dashboard}"}


def resolve_severities(file: LoadedFile | None) -> tuple[AlertSeverity, ...]:
    """The severities, the most urgent first."""
    if file is None or file.raw.catalog is None or not file.raw.catalog.severities:
        return SEVERITIES
    return tuple(AlertSeverity(name, text) for name, text in file.raw.catalog.severities.items())


def resolve_links(file: LoadedFile | None, diagnostics: Diagnostics) -> Links:
    """The patterns of addresses, without those that are not."""
    if file is None or file.raw.catalog is None:
        return NO_LINKS
    declared = file.raw.catalog
    return Links(
        runbooks=_link(file, "runbooks", declared.runbooks, diagnostics),
        dashboards=_link(file, "dashboards", declared.dashboards, diagnostics),
    )


def _link(
    file: LoadedFile, field: str, address: str | None, diagnostics: Diagnostics
) -> str | None:
    if address is None:
        return None
    part = _PARTS[field]
    message = None
    if not _ADDRESS.fullmatch(address):
        message = f"`{field}`: {quoted(address)} is not an address with `http://` or `https://`"
    elif address.count(part) != 1:
        often = "does not have" if part not in address else "has more than one"
        message = f"`{field}`: {quoted(address)} {often} `{part}`"
    elif re.search(r"[{}]", address.replace(part, "")):
        message = f"`{field}`: {quoted(address)} has braces other than those of `{part}`"
    if message is None:
        return address
    diagnostics.report(
        codes.BAD_LINK,
        message,
        file.source.value("catalog", field),
        help=f"write it like `https://example.org/{field}/{part}`",
    )
    return None


def resolve_flow(
    file: LoadedFile | None,
    components: tuple[Component, ...],
    scope: Scope,
    diagnostics: Diagnostics,
) -> tuple[str, ...]:
    """The names of components in the order of the flow of data."""
    if file is None or file.raw.catalog is None:
        return ()
    named = file.raw.catalog.flow or []
    known = {component.name for component in components}
    for index, name in enumerate(named):
        if name in named[:index]:
            _report_repeated(file, named, index, diagnostics)
        elif name not in known and not _may_be_missing(scope):
            diagnostics.report(
                codes.BAD_FLOW,
                f"`flow` names the component {quoted(name)}, which does not exist"
                f"{did_you_mean(name, known)}",
                file.source.value("catalog", "flow", index),
                help="remove it"
                + (
                    f", or name another: {one_of(f'`{e}`' for e in sorted(known))}" if known else ""
                ),
            )
    return tuple(name for name in dict.fromkeys(named) if name in known)


def _may_be_missing(scope: Scope) -> bool:
    """Whether a component may be missing because of an error."""
    files = scope.raw.files
    return not scope.raw.complete or any(
        file.declares("component") and file.raw.component is None for file in files
    )


def _report_repeated(
    file: LoadedFile, named: list[str], index: int, diagnostics: Diagnostics
) -> None:
    first = file.source.value("catalog", "flow", named.index(named[index]))
    diagnostics.report(
        codes.BAD_FLOW,
        f"`flow` names the component {quoted(named[index])} twice",
        file.source.value("catalog", "flow", index),
        help="remove one of the two",
        related=[Related(first, "it is first named here")],
    )

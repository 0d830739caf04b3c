"""Finds the file with `catalog:`, and what it declares for the whole catalog."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from typedprom_codegen.codes import files as codes
from typedprom_codegen.diagnostics import Diagnostics, Related, Span
from typedprom_codegen.ir import FieldSpans
from typedprom_codegen.load import RawCatalog
from typedprom_codegen.load.validation import LoadedFile
from typedprom_codegen.load.yaml_nodes import EntrySpans


@dataclass(frozen=True, slots=True)
class Header:
    """The `catalog:` of a folder; empty, and `known` is False, if it is missing or invalid."""

    file: LoadedFile | None
    namespace: str
    title: str
    description: str
    owner: str | None
    span: Span
    where: FieldSpans

    @property
    def known(self) -> bool:
        """Whether `catalog:` is valid, so that the namespace is known."""
        return self.file is not None and self.file.raw.catalog is not None


def find_header(raw: RawCatalog, diagnostics: Diagnostics) -> Header:
    """The `catalog:` of the folder; if there are several, that of catalog.yaml or the first."""
    found = sorted((f for f in raw.files if f.declares("catalog")), key=_is_elsewhere)
    several = [file for file in found if file.source.has("catalog")]
    for second in several[1:]:
        first = several[0].source.key("catalog")
        diagnostics.report(
            codes.SECOND_CATALOG,
            "a second `catalog:` in the same folder",
            second.source.key("catalog"),
            help="keep one of the two; another catalog needs a folder of its own",
            related=[Related(first, "the first one is here")],
        )
    if not found and raw.complete:
        diagnostics.report(
            codes.NO_CATALOG,
            f"no file of `{raw.folder}` has the key `catalog:`",
            raw.setting,
            help="add a `catalog.yaml` with `catalog: {namespace: …, title: …}`",
        )
    if raw.complete and not any(file.declares("metrics") for file in raw.files):
        diagnostics.report(
            codes.NO_METRICS,
            f"the catalog `{raw.folder}` declares no metrics",
            several[0].source.key("catalog") if several else raw.setting,
            help="add a file with `component:` and `metrics:`",
        )
    return _header(found[0] if found else None, raw.setting)


def _is_elsewhere(file: LoadedFile) -> bool:
    """Whether `catalog:` is in a file that is not named `catalog`."""
    return PurePosixPath(file.source.path).stem != "catalog"


def _header(file: LoadedFile | None, setting: Span) -> Header:
    if file is None or file.raw.catalog is None:
        return Header(
            file,
            namespace="",
            title="",
            description="",
            owner=None,
            span=setting,
            where=lambda *_path: setting,
        )
    declared = file.raw.catalog
    return Header(
        file=file,
        namespace=declared.namespace,
        title=declared.title,
        description=declared.description or "",
        owner=declared.owner,
        span=file.source.key("catalog"),
        where=EntrySpans(file.source, ("catalog",)),
    )

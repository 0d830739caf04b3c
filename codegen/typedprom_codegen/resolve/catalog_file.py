"""Which file is the catalog's own, and what it says of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from typedprom_codegen.codes import files as codes
from typedprom_codegen.diagnostics import Diagnostics, Related, Span
from typedprom_codegen.load import RawCatalog
from typedprom_codegen.load.validation import LoadedFile


@dataclass(frozen=True, slots=True)
class Header:
    """The `catalog:` of a folder; empty, and `known` is False, where it is missing or broken."""

    file: LoadedFile | None
    namespace: str
    title: str
    description: str
    owner: str | None
    span: Span

    @property
    def known(self) -> bool:
        """Whether the namespace is what the catalog says."""
        return self.file is not None and self.file.raw.catalog is not None


def find_header(raw: RawCatalog, diagnostics: Diagnostics) -> Header:
    """The only `catalog:` of the folder; of several that of catalog.yaml, or else the first."""
    found = sorted((f for f in raw.files if f.declares("catalog")), key=_is_elsewhere)
    several = [file for file in found if file.source.has("catalog")]
    for second in several[1:]:
        first = several[0].source.key("catalog")
        diagnostics.report(
            codes.SECOND_CATALOG,
            "a second `catalog:` in the same folder",
            second.source.key("catalog"),
            help="keep one of the two; another catalog lives in a folder of its own",
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
            f"the catalog `{raw.folder}` declares no metric",
            several[0].source.key("catalog") if several else raw.setting,
            help="add a file with `component:` and `metrics:`",
        )
    return _header(found[0] if found else None, raw.setting)


def _is_elsewhere(file: LoadedFile) -> bool:
    """Whether `catalog:` stands in another file than the one that is called like it."""
    return PurePosixPath(file.source.path).stem != "catalog"


def _header(file: LoadedFile | None, setting: Span) -> Header:
    if file is None or file.raw.catalog is None:
        return Header(file, namespace="", title="", description="", owner=None, span=setting)
    said = file.raw.catalog
    return Header(
        file=file,
        namespace=said.namespace,
        title=said.title,
        description=said.description or "",
        owner=said.owner,
        span=file.source.key("catalog"),
    )

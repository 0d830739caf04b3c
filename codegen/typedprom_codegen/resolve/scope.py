"""What all components of a catalog share: labels, presets, and which files are valid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from typedprom_codegen import names
from typedprom_codegen.ir import Label
from typedprom_codegen.load import RawCatalog
from typedprom_codegen.load.validation import LoadedFile
from typedprom_codegen.resolve.catalog_file import Header


@dataclass(frozen=True, slots=True)
class Scope:
    """What a component can refer to. Invalid declarations are not reported as missing."""

    raw: RawCatalog
    header: Header
    labels: Mapping[str, Label]
    presets: Mapping[str, tuple[float, ...]]

    def may_share_label(self, name: str) -> bool:
        """Whether the catalog's file has the label but invalid, or the file is unreadable."""
        return self._may_share("labels", name)

    def may_share_preset(self, name: str) -> bool:
        """Whether the catalog's file has the preset but invalid, or the file is unreadable."""
        return self._may_share("buckets", name)

    def may_declare_metric(self, key: str) -> bool:
        """Whether a metric with this full key can be among those that are invalid or unreadable."""
        return not self.raw.complete or any(
            file.raw.component is None
            or file.is_broken("metrics")
            or key in _full_keys(file, file.broken_in("metrics"))
            for file in self.raw.files
            if file.declares("metrics")
        )

    def label_owners(self, name: str) -> tuple[str, ...]:
        """The components that declare a label of this name of their own."""
        return tuple(
            file.raw.component.name
            for file in self.raw.files
            if file.raw.component is not None and name in (file.raw.labels or {})
        )

    def _may_share(self, section: str, name: str) -> bool:
        """Declarations beside a second `catalog:`, which is reported, are not used."""
        shared = [file for file in self.raw.files if file.declares("catalog")]
        return not (shared or self.raw.complete) or any(
            file.is_broken(section, name)
            or (file is not self.header.file and file.source.has(section, name))
            for file in shared
        )


def _full_keys(file: LoadedFile, keys: Iterable[str]) -> Iterator[str]:
    return (names.full_key(prefix_of(file), key) for key in keys)


def prefix_of(file: LoadedFile) -> str:
    """The prefix of the full keys of a file's metrics."""
    component = file.raw.component
    if component is None:
        return ""
    return component.name if component.prefix is None else component.prefix

"""What all components of a catalog see: shared labels, presets, and which files are whole."""

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
    """The surroundings of a component. What is broken elsewhere is never reported as missing."""

    raw: RawCatalog
    header: Header
    labels: Mapping[str, Label]
    presets: Mapping[str, tuple[float, ...]]

    def may_share_label(self, name: str) -> bool:
        """Whether the catalog's file declares the label, or cannot be asked."""
        return self._may_share("labels", name)

    def may_share_preset(self, name: str) -> bool:
        """Whether the catalog's file declares the preset, or cannot be asked."""
        return self._may_share("buckets", name)

    def may_declare_metric(self, key: str) -> bool:
        """Whether a metric with this full key is declared somewhere, in right shape or not."""
        return not self.raw.complete or any(
            file.raw.component is None
            or file.is_broken("metrics")
            or key in _full_keys(file, file.broken_in("metrics"))
            for file in self.raw.files
            if file.declares("metrics")
        )

    def label_owners(self, name: str) -> tuple[str, ...]:
        """The components that declare a label of this name for themselves."""
        return tuple(
            file.raw.component.name
            for file in self.raw.files
            if file.raw.component is not None and name in (file.raw.labels or {})
        )

    def _may_share(self, section: str, name: str) -> bool:
        """A second `catalog:` was reported, and what is declared beside it does not count."""
        shared = [file for file in self.raw.files if file.declares("catalog")]
        return not (shared or self.raw.complete) or any(
            file.is_broken(section, name)
            or (file is not self.header.file and file.source.has(section, name))
            for file in shared
        )


def _full_keys(file: LoadedFile, keys: Iterable[str]) -> Iterator[str]:
    return (names.full_key(prefix_of(file), key) for key in keys)


def prefix_of(file: LoadedFile) -> str:
    """What the full keys of a file's metrics begin with."""
    component = file.raw.component
    if component is None:
        return ""
    return component.name if component.prefix is None else component.prefix

"""Finds the missing parts of a catalog with errors, so that lint does not report them."""

from __future__ import annotations

from collections.abc import Iterator

from typedprom_codegen import names, raw
from typedprom_codegen.ir import Catalog, MissingParts
from typedprom_codegen.load.validation import LoadedFile
from typedprom_codegen.resolve.scope import Scope, prefix_of


def find_missing_parts(catalog: Catalog, scope: Scope) -> MissingParts:
    """The missing parts of a catalog; empty if all of its files are valid."""
    files = [file for file in scope.raw.files if file.declares("metrics")]
    return MissingParts(
        anything=not scope.raw.complete
        or not scope.header.known
        or any(file.raw.component is None or file.is_broken("metrics") for file in files),
        names=tuple(name for file in files for name in _broken_names(file, catalog.namespace)),
        unlabelled=frozenset(_unlabelled(catalog, files)),
    )


def _broken_names(file: LoadedFile, namespace: str) -> Iterator[str]:
    for key in file.broken_in("metrics"):
        full_key = names.full_key(prefix_of(file), key)
        yield names.metric_name(namespace, full_key, None, suffix="")
        path = ("metrics", key, "name")
        name = file.source.find(*path).data if file.source.has(*path) else None
        if isinstance(name, str) and name:
            yield name


def _unlabelled(catalog: Catalog, files: list[LoadedFile]) -> Iterator[str]:
    known = {
        metric.key: {label.key for label in metric.series_labels} for metric in catalog.metrics()
    }
    for file in files:
        for key, metric in (file.raw.metrics or {}).items():
            full_key = names.full_key(prefix_of(file), key)
            inside = metric.info_labels if isinstance(metric, raw.Info) else []
            listed = {*(metric.labels or []), *inside}
            if file.is_broken("metrics", key, "labels") or listed - known.get(full_key, listed):
                yield full_key

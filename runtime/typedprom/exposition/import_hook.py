"""An import hook that registers our metrics when prometheus_client is imported.

Importing prometheus_client takes several times as long as importing a package of metrics, and a
job that only records never looks into a registry. So catalogs wait until somebody can look: a
finder on `sys.meta_path` notices the import of the module that holds the registry, leaves it to
the ordinary finders and loaders, and registers what waits right after that module has run.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from typedprom.core.misuse import log_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from weakref import WeakKeyDictionary

    from prometheus_client.registry import CollectorRegistry as Registry

    from typedprom.metrics.cell import AnyInstrument
    from typedprom.metrics.ports import AnyCatalog

    RegisterMetrics: TypeAlias = Callable[[Iterable[AnyInstrument], Registry | None], None]
    LoadRegister: TypeAlias = Callable[[], RegisterMetrics]

_PACKAGE: Final = "prometheus_client"
_REGISTRY_MODULE: Final = "prometheus_client.registry"
_COLLECTORS_MODULE: Final = "typedprom.exposition.prom_client"

# Catalogs that wait, each with what imports the function that registers its metrics.
_waiting: Final[list[tuple[AnyCatalog, LoadRegister]]] = []

# The metrics of each registry, by name: one dictionary, made by the module that registers them. It
# is kept here because that module may be imported again, after an import that failed.
registered: Final[list[WeakKeyDictionary[Registry, dict[str, AnyInstrument]]]] = []


def register_once_imported(catalog: AnyCatalog, load: LoadRegister) -> None:
    """Register the metrics now if prometheus_client is imported, else as soon as it is.

    `load` imports what registers metrics, and returns it.
    """
    if all(catalog is not waiting for waiting, _ in _waiting):
        _share_with_waiting(catalog)
        _waiting.append((catalog, load))
    # First the finder is added, then `sys.modules` read: another thread that is importing
    # prometheus_client is either seen there, or has not searched for the registry's module yet.
    if _FINDER not in sys.meta_path:
        sys.meta_path.insert(0, _FINDER)
    if sys.modules.get(_PACKAGE) is None:
        return
    try:
        __import__(_REGISTRY_MODULE)  # waits for that thread
    except ImportError as error:  # somebody has put something else in its place
        why = str(error)
        log_once((_PACKAGE,), lambda: f"no metrics are exposed by {_PACKAGE}: {why}")
        return
    register_waiting()


def register_waiting() -> None:
    """Register the catalogs that wait; the registry's module must have run.

    A conflict is raised, in strict mode, when everything else is registered.
    """
    first = _waiting[:1]  # in one step: another thread may take it
    if not first:
        return
    _, load = first[0]
    try:
        register = load()
    except (RuntimeError, ImportError):
        # RuntimeError is Python's detection of deadlocks: the thread that imports our collectors
        # waits for this one. ImportError: prometheus_client, or our collectors, are half imported.
        # In both cases the last line of our collectors' module calls this function again.
        return
    conflict: ValueError | None = None
    while _waiting:
        try:
            catalog, _ = _waiting.pop(0)
        except IndexError:  # another thread was quicker
            break
        try:
            register(catalog.metrics.values(), None)
        except ValueError as error:
            conflict = conflict or error
    if conflict is not None:
        raise conflict


def _share_with_waiting(catalog: AnyCatalog) -> None:
    """Let a package that is imported again record into the series of the first time."""
    for earlier, _ in _waiting:
        by_name = {metric.name: metric for metric in earlier.metrics.values()}
        for metric in catalog.metrics.values():
            previous = by_name.get(metric.name)
            if previous is not None and previous.shape == metric.shape:
                metric.share(previous)


class _Finder:
    """Finds the registry's module as the finders after this one do, and nothing else.

    It stays on `sys.meta_path`. If it were removed, an import in another thread, which may be
    iterating over that list, could skip a finder.
    """

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        if not _waiting:
            return None
        if name != _REGISTRY_MODULE:
            # A finder before this one may have found the registry's module.
            if not name.startswith("typedprom.") and _is_registry_imported():
                register_waiting()
            return None
        finders = sys.meta_path[:]
        for finder in finders[finders.index(self) + 1 :]:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                    spec.loader = cast("Loader", _Loader(spec.loader))
                return spec
        return None


def _is_registry_imported() -> bool:
    """Whether prometheus_client and its registry are imported, and nobody imports our collectors.

    Waiting here for a thread that imports one of them could be waiting for each other.
    """
    modules = map(sys.modules.get, (_PACKAGE, _REGISTRY_MODULE))
    # A module of another type may be one that is loaded when it is first used.
    return all(
        type(module) is ModuleType and not _is_being_imported(module) for module in modules
    ) and not _is_being_imported(sys.modules.get(_COLLECTORS_MODULE))


def _is_being_imported(module: ModuleType | None) -> bool:
    spec = None if module is None else module.__spec__
    return bool(getattr(spec, "_initializing", False))


class _Loader:
    """Loads a module as its own loader does, then registers the catalogs that wait."""

    __slots__ = ("_loader",)

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader  # for reloading and for reading its source
        self._loader.exec_module(module)
        waiting = _waiting[:]
        try:
            register_waiting()
        except ValueError:  # the import fails, and its registry goes: they wait for the next one
            _waiting[:] = waiting
            raise

    def __getattr__(self, name: str) -> object:
        return getattr(self._loader, name)  # for code that finds the module but does not import it


_FINDER: Final = _Finder()

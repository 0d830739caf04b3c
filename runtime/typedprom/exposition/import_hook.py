"""Deferred registration: metrics enter prometheus_client's registry once somebody imports it.

Importing prometheus_client takes several times as long as importing a package of metrics, and a
job that only records never looks into a registry. So registration waits until somebody can look:
a finder on `sys.meta_path` notices the import of the module that holds the registry, leaves it to
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

PACKAGE: Final = "prometheus_client"
REGISTRY_MODULE: Final = "prometheus_client.registry"
_BRIDGE: Final = "typedprom.exposition.prom_client"

# What is registered where, by name. Here it outlives an import of the bridge that fails.
registered: Final[list[WeakKeyDictionary[Registry, dict[str, AnyInstrument]]]] = []
_waiting: Final[list[AnyCatalog]] = []
_loaders: Final[list[LoadRegister]] = []  # the one there is


def register_once_imported(catalog: AnyCatalog, load: LoadRegister) -> None:
    """Register the metrics now if prometheus_client is imported, else as soon as it is.

    `load` imports what registers metrics, and returns it.
    """
    _loaders[:] = [load]
    if catalog not in _waiting:
        _share_with_waiting(catalog)
        _waiting.append(catalog)
    # The finder first, the look second: a thread that is importing prometheus_client just now
    # either shows in `sys.modules`, or has yet to find the registry's module.
    if _FINDER not in sys.meta_path:
        sys.meta_path.insert(0, _FINDER)
    if sys.modules.get(PACKAGE) is None:
        return
    try:
        __import__(REGISTRY_MODULE)  # waits for such a thread
    except ImportError as error:  # somebody has put something else in its place
        why = str(error)
        log_once((PACKAGE,), lambda: f"no metrics are exposed by {PACKAGE}: {why}")
        return
    register_waiting()


def register_waiting() -> None:
    """Register what waits; the registry's module must have run.

    A conflict is raised, in strict mode, when everything else is registered.
    """
    if not _waiting:
        return
    try:
        register = _loaders[0]()
    except (RuntimeError, ImportError):
        # Import's deadlock detection: the thread that imports the bridge waits for us. Or
        # prometheus_client, or the bridge, is half imported: its last line calls this again.
        return
    conflict: ValueError | None = None
    while _waiting:
        try:
            catalog = _waiting.pop(0)
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
    for earlier in _waiting:
        by_name = {metric.name: metric for metric in earlier.metrics.values()}
        for metric in catalog.metrics.values():
            previous = by_name.get(metric.name)
            if previous is not None and previous.shape == metric.shape:
                metric.share(previous)


class _Finder:
    """Finds the registry's module as the finders behind this one do, and nothing else.

    It stays on `sys.meta_path`: taking it away could make an import in another thread, which goes
    through that list just now, skip a finder.
    """

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        if not _waiting:
            return None
        if name != REGISTRY_MODULE:
            if _was_missed() and not name.startswith("typedprom."):
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


def _was_missed() -> bool:
    """Whether all of prometheus_client is there: a finder before this one has found it.

    While anybody imports it, or the bridge, waiting for them here could be waiting in a circle.
    """
    modules = map(sys.modules.get, (PACKAGE, REGISTRY_MODULE))
    return all(map(_has_run, modules)) and not _is_imported_now(sys.modules.get(_BRIDGE))


def _has_run(module: ModuleType | None) -> bool:
    """Whether the module is there, not being imported and not one that loads itself later."""
    return type(module) is ModuleType and not _is_imported_now(module)


def _is_imported_now(module: ModuleType | None) -> bool:
    spec = None if module is None else module.__spec__
    return bool(getattr(spec, "_initializing", False))


class _Loader:
    """Loads a module as its own loader does, then registers what waits."""

    __slots__ = ("_own",)

    def __init__(self, own: Loader) -> None:
        self._own = own

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._own.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._own
        if module.__spec__ is not None:
            module.__spec__.loader = self._own  # for reloading and for reading its source
        self._own.exec_module(module)
        waiting = _waiting[:]
        try:
            register_waiting()
        except ValueError:  # the import fails: its registry is gone, and they wait for the next one
            _waiting[:] = waiting
            raise

    def __getattr__(self, name: str) -> object:
        return getattr(self._own, name)  # for who finds the module without importing it


_FINDER: Final = _Finder()

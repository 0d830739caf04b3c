"""The catalog at run time: the metrics of a generated package, and their registration."""

from __future__ import annotations

from _weakref import ref  # `weakref` without its Python half, which nothing here needs
from collections.abc import Iterable
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from typedprom.core.environment import NOTHING, declare
from typedprom.core.misuse import report_misuse, safe_repr
from typedprom.core.text import LONGEST_VALUE, is_label_name, is_too_long, to_label_value
from typedprom.core.variables import IS_DISABLED
from typedprom.metrics.cell_classes import IN_MEMORY
from typedprom.metrics.ports import PORTS
from typedprom.metrics.siblings import SiblingGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus_client.registry import CollectorRegistry as Registry

    from typedprom.core.environment import Environment
    from typedprom.metrics.cell import AnyInstrument, Storage, Undo
    from typedprom.metrics.cell_classes import CellClasses
    from typedprom.metrics.definition import ExternalType
    from typedprom.metrics.labels import Label

# The version of generated code. It grows by one when packages generated before no longer run.
INTERFACE: Final = 1

__tracebackhide__ = True  # pytest shows the line that is wrong instead

_UNNAMED: Final = "metrics"  # a catalog without namespace and package
_RESERVED: Final = ("le", "quantile")  # labels that histograms and summaries have

_catalogs: Final[list[ref[Catalog]]] = []


def catalogs() -> list[Catalog]:
    """Every catalog alive in this process, in the order they were made."""
    return [catalog for each in tuple(_catalogs) if (catalog := each()) is not None]


class ExternalMetric:
    """A metric that the catalog declares and the package does not record."""

    __slots__ = ("help", "key", "name", "removal", "replaced_by", "type")

    def __init__(
        self,
        *,
        key: str,
        name: str,
        type: ExternalType,
        help: str,
        replaced_by: str | None = None,
        removal: str | None = None,
    ) -> None:
        self.key = key
        self.name = name
        self.type = type
        self.help = help
        self.replaced_by = replaced_by
        self.removal = removal

    def __repr__(self) -> str:
        return f"<ExternalMetric {self.name}>"


class Catalog:
    """All metrics of one package. `namespace` is the first part of their names.

    `package` names the spool and the job where the namespace is empty. `constant_labels` are on
    every exposed series, and `environment` names the environment variables that programs with these
    metrics read.
    """

    __slots__ = (
        "__weakref__",
        "_constant_labels",
        "_exposed",
        "_metrics",
        "_siblings",
        "cells",
        "description",
        "environment",
        "external",
        "namespace",
        "spool",
        "title",
    )

    def __init__(
        self,
        *,
        namespace: str,
        title: str,
        description: str,
        interface: int,
        package: str = "",
        external: tuple[ExternalMetric, ...] = (),
        constant_labels: Mapping[str, str] | None = None,
        environment: Environment = NOTHING,
    ) -> None:
        name = namespace or package or _UNNAMED
        if interface != INTERFACE:
            raise ImportError(_unsupported(name, interface))
        self.namespace = namespace
        self.title = title
        self.description = description
        self.external = external
        self.environment = environment
        self._constant_labels = dict(constant_labels or {})
        self._exposed = False  # whether series were exposed with the constant labels
        self._metrics: dict[str, AnyInstrument] = {}
        self._siblings: dict[tuple[str, str], SiblingGroup] = {}  # by component and label
        opened = PORTS.open_spool(name, environment)
        self.spool: Storage | None = None if opened is None else opened[0]
        self.cells: CellClasses = IN_MEMORY if opened is None else opened[1]
        _catalogs.append(ref(self, _catalogs.remove))

    @property
    def metrics(self) -> Mapping[str, AnyInstrument]:
        """The metrics code records, by key (`sources.requests.success`), in catalog order."""
        return MappingProxyType(self._metrics)

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels of those metrics, each once."""
        return tuple(dict.fromkeys(label for m in self._metrics.values() for label in m.signature))

    @property
    def constant_labels(self) -> Mapping[str, str]:
        """The labels that every series has, besides its metric's own."""
        return MappingProxyType(self._constant_labels)

    def add_constant_labels(self, **labels: str) -> None:
        """Add labels to every series that only the running program knows, such as its region.

        Call it before the first scrape: later all series become other ones, which is misuse.
        Adding a label again with the same value is harmless. A name that is not a label name, or
        is in use, or a value that is too long, is a ValueError; a value that is not a str is a
        TypeError.
        """
        added: dict[str, str] = {}
        for name, value in labels.items():
            text = to_label_value(value)
            if text is None:
                raise TypeError(f"the constant label `{name}` takes a str, not {safe_repr(value)}")
            if is_too_long(text):
                raise ValueError(
                    f"the value of the constant label `{name}` has {len(text.encode())} bytes, "
                    f"more than {LONGEST_VALUE}"
                )
            if self._constant_labels.get(name) != text:
                self._check_free(name)
                added[name] = text
        if added and self._exposed:
            names, where = ", ".join(added), f"catalog `{self.namespace}`"
            report_misuse(
                ValueError,
                (self.namespace, "constant labels"),
                lambda: (
                    f"the constant labels {names} of {where} come after its series were exposed"
                ),
                "all series are other ones from now on",
            )
        self._constant_labels.update(added)
        if added and self.spool is not None:
            self.spool.declare_again(self._metrics.values())

    def expose_constant_labels(self) -> Mapping[str, str]:
        """The constant labels, for code that exposes them: they should not change afterwards."""
        self._exposed = True
        return self.constant_labels

    def reset(self) -> list[Undo]:
        """Let all metrics start at zero, for tests. What it returns, run later, undoes it."""
        constant, exposed = dict(self._constant_labels), self._exposed

        def undo() -> None:
            self._constant_labels, self._exposed = constant, exposed

        groups, metrics = tuple(self._siblings.values()), tuple(self._metrics.values())
        undos = [undo, *(group.reset() for group in groups)]
        return [*undos, *(undo for metric in metrics for undo in metric.reset())]

    def _check_free(self, name: str) -> None:
        """Raise ValueError if a constant label cannot have this name."""
        why = None
        if name in self._constant_labels:
            why = f"it is constant already, with the value {self._constant_labels[name]!r}"
        elif name in _RESERVED or name.startswith("__"):
            why = "the name is reserved"
        elif not is_label_name(name):
            why = "it is not a label name"
        for metric in self._metrics.values():
            if name in metric.label_names():
                why = f"`{metric.name}` has a label of that name"
        if why is not None:
            raise ValueError(f"`{name}` cannot be a constant label of `{self.namespace}`: {why}")

    def add(self, metric: AnyInstrument) -> None:
        """Add a metric, as each metric does when it is made.

        A reloaded module makes its metrics again: they record into the same series.
        """
        previous = self._metrics.get(metric.key)
        if previous is not None and previous.shape == metric.shape:
            metric.share(previous)
        self._metrics[metric.key] = metric

    def join_siblings(
        self, metric: AnyInstrument, component: str
    ) -> list[tuple[int, SiblingGroup]]:
        """Let the metric begin siblings, and be one; its labels that ask for it, by their places.

        Each metric with such a label calls it when it is made.
        """
        groups: list[tuple[int, SiblingGroup]] = []
        for place, label in enumerate(metric.signature):
            if label.siblings:
                key, new = (component, label.name), SiblingGroup(component, label)
                groups.append((place, self._siblings.setdefault(key, new)))
                groups[-1][1].add(metric)
        return groups

    def announce(self) -> None:
        """Begin counters at zero for values that are not recorded yet.

        Packages whose catalog has labels with `siblings: zero` take values of these by keyword:
        `CATALOG.announce(source_id=["kexp", "neumos"])`. It does before the first event what the
        first recording of each value would do.
        """

    def _announce(self, values: Mapping[str, Iterable[str]]) -> None:
        """Begin counters at zero for these values, by the names of their labels."""
        for name, announced in values.items():
            groups = [group for (_, label), group in self._siblings.items() if label == name]
            for value in _each(name, announced):
                for group in groups:
                    group.announce(value)

    def register(self, registry: Registry | None = None) -> None:
        """Make every metric a collector of `registry`, by default of prometheus_client's own.

        Without `registry`, this is done when prometheus_client is imported, before the importing
        code can look at its registry.

        If a name is taken, its metric is left out, with one log line; in strict mode that is a
        ValueError. Registering again is harmless. With `TYPEDPROM_DISABLED=1` it does nothing.
        """
        declare(self.environment)  # also if nothing is recorded: `serve()` needs it
        if IS_DISABLED:
            return
        if self.spool is not None:
            exposed = self._exposed
            self.spool.declare(self._metrics.values())
            self._exposed = exposed  # a declaration can be written again: it exposes nothing
        PORTS.register(self, registry)

    def __repr__(self) -> str:
        return f"<Catalog {self.namespace!r}: {len(self._metrics)} metrics>"


def _each(label: str, announced: object) -> tuple[object, ...]:
    """The values that are announced; a str is one, not its characters."""
    if isinstance(announced, str):
        return (announced,)
    if isinstance(announced, Iterable):
        return tuple(cast("Iterable[object]", announced))
    report_misuse(
        TypeError,
        (label, "announce"),
        lambda: f"values of label `{label}` are announced in a list, unlike {safe_repr(announced)}",
        "none begins at zero",
    )
    return ()


def _unsupported(name: str, interface: int) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        installed = f"typedprom {version('typedprom')}"
    except PackageNotFoundError:
        installed = "the typedprom in use"
    remedy = "upgrade typedprom" if interface > INTERFACE else "generate it again"
    return (
        f"the metrics package of `{name}` was generated for interface {interface} "
        f"of typedprom, but {installed} supports interface {INTERFACE}: {remedy}"
    )

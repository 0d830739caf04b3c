"""Entries that name metrics (ratios, alerts, objectives), and what they can name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from typedprom_codegen import names, raw
from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.codes.semantics import REPEATED_ENTRY
from typedprom_codegen.diagnostics import Code, Diagnostics, Related, Span
from typedprom_codegen.ir import (
    Catalog,
    Component,
    Metric,
    MetricType,
    Ratio,
    Stability,
    Suppression,
)
from typedprom_codegen.load.validation import LoadedFile
from typedprom_codegen.load.yaml_nodes import EntrySpans, Path, ScalarNode, dereferenced
from typedprom_codegen.message_parts import (
    article,
    did_you_mean,
    one_of,
    quoted,
    similar,
    suggestion,
)
from typedprom_codegen.promql.nodes.number import duration_value
from typedprom_codegen.resolve.accepted_warnings import resolve_suppressions
from typedprom_codegen.resolve.incomplete import find_missing_parts
from typedprom_codegen.resolve.quantities import Quantity, quantity
from typedprom_codegen.resolve.scope import Scope


@dataclass(frozen=True, slots=True)
class RuleScope:
    """The catalog whose metrics entries can name, and the files that they are in."""

    catalog: Catalog
    scope: Scope
    metrics: Mapping[str, Metric]  # by full key
    ratios: Mapping[str, Ratio]  # likewise
    unlabelled: frozenset[str]  # keys of metrics with labels that have errors
    diagnostics: Diagnostics

    def homes(self) -> Iterator[tuple[LoadedFile, Component | None]]:
        """The files that can have entries, each with its component; that with `catalog:` last."""
        components = {component.span.path: component for component in self.catalog.components}
        files = [file for file in self.scope.raw.files if file.source.path in components]
        header = self.scope.header.file
        if header is not None and header not in files:
            files.append(header)
        for file in files:
            yield file, components.get(file.source.path)


def rule_scope(catalog: Catalog, scope: Scope, diagnostics: Diagnostics) -> RuleScope:
    """The scope of a catalog's entries."""
    metrics = {metric.key: metric for metric in catalog.metrics()}
    unlabelled = find_missing_parts(catalog, scope).unlabelled
    ratios = {ratio.key: ratio for ratio in catalog.all_ratios()}
    return RuleScope(catalog, scope, metrics, ratios, unlabelled, diagnostics)


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One entry of `ratios:`, `alerts:`, `slos:` or `records:`."""

    file: LoadedFile
    path: Path  # ("alerts", "source_failing")
    called: str  # "alert `source_failing`"
    component: Component | None
    within: RuleScope

    @property
    def where(self) -> EntrySpans:
        """The spans of its fields."""
        return EntrySpans(self.file.source, self.path)

    @property
    def span(self) -> Span:
        """The span of its key."""
        return self.file.source.key(*self.path)

    def report(
        self,
        code: Code,
        message: str,
        *field: str | int,
        help: str,
        related: Iterable[Related] = (),
    ) -> None:
        """Report an error at a field of the entry, or at its key."""
        span = self.where(*field) if field else self.span
        self.within.diagnostics.report(code, message, span, help=help, related=related)

    def report_key(self, code: Code, message: str, *field: str | int, help: str) -> None:
        """Report an error at the key of a field, or at an item of a list."""
        span = self.file.source.key(*self.path, *field)
        self.within.diagnostics.report(code, message, span, help=help)

    def check_repeated(self, values: Sequence[str], *field: str | int) -> None:
        """Report values that a list has twice."""
        for index, value in enumerate(values):
            first = values.index(value)
            if first < index:
                self.report(
                    REPEATED_ENTRY,
                    f"{quoted(value)} appears twice in `{field[-1]}` of {self.called}",
                    *(*field, index),
                    help="remove one of the two",
                    related=[Related(self.where(*field, first), "the first one is here")],
                )

    def full_key(self, key: str) -> str:
        """The key with the component's prefix."""
        return names.full_key(self.component.prefix, key) if self.component else key

    def metric(self, key: str, fits: frozenset[MetricType], *field: str | int) -> Metric | None:
        """The metric that a field names: a local key, or the full key of another's."""
        metrics = self.within.metrics
        metric = metrics.get(self.full_key(key)) or metrics.get(key)
        if metric is None:
            self._unknown_metric(key, *field)
        elif metric.stability is Stability.DEPRECATED:
            self._deprecated(metric, *field)
        elif metric.type not in fits:
            kinds = one_of(article(kind.value) for kind in MetricType if kind in fits)
            self.report(
                codes.WRONG_METRIC,
                f"{self.called} needs {kinds}, but `{key}` is {article(metric.type.value)}",
                *field,
                help=f"name {kinds}"
                + (", or choose another form" if self.path[0] == "alerts" else ""),
                related=[Related(metric.span, f"`{key}` is declared here")],
            )
        else:
            return metric
        return None

    def _unknown_metric(self, key: str, *field: str | int) -> None:
        scope = self.within.scope
        if scope.may_declare_metric(key) or scope.may_declare_metric(self.full_key(key)):
            return
        near = self._near(key)
        self.report(
            codes.UNKNOWN_METRIC,
            f"{self.called} names the metric {quoted(key)}, which does not exist{near}",
            *field,
            help=f"correct it, or remove {self.called}"
            if near
            else f"name a metric that exists, or remove {self.called}",
        )

    def _near(self, key: str) -> str:
        """A suggestion for the key of a metric that does not exist.

        Of a full key, only what follows the prefix is compared: prefixes are long and equal.
        """
        elsewhere = [each.key for each in self.within.metrics.values() if each.local_key == key]
        own = [metric.local_key for metric in self.component.metrics] if self.component else []
        near = suggestion(next(iter(elsewhere), None)) or did_you_mean(key, own)
        prefix, _, rest = key.partition(".")
        there = [each for each in self.within.metrics if each.startswith(f"{prefix}.")]
        if near or not there:
            return near or did_you_mean(key, self.within.metrics)
        found = similar(rest, (each.partition(".")[2] for each in there), most=1)
        return suggestion(f"{prefix}.{found[0]}") if found else ""

    def _deprecated(self, metric: Metric, *field: str | int) -> None:
        instead = metric.deprecation.replaced_by if metric.deprecation else "another one"
        self.report(
            codes.DEPRECATED_METRIC,
            f"{self.called} names `{metric.local_key}`, which is deprecated",
            *field,
            help=f"name `{instead}`, which replaces it",
            related=[Related(metric.span, f"`{metric.local_key}` is declared here")],
        )

    def suppressions(self, listed: Sequence[raw.Suppression] | None) -> tuple[Suppression, ...]:
        """The warnings that are accepted for the entry."""
        path = (*self.path, "suppress")
        return resolve_suppressions(listed or (), self.file.source, path, self.within.diagnostics)

    def has(self, field: str) -> bool:
        """Whether the entry has a field."""
        return self.file.source.has(*map(str, self.path), field)

    def text(self, *field: str) -> str:
        """The scalar of a field, exactly as written."""
        node = dereferenced(self.file.source.find(*self.path, *field))
        return node.text if isinstance(node, ScalarNode) else ""

    def quantity(self, *field: str) -> Quantity | None:
        """The quantity that a field says; None if it says none."""
        return quantity(self.text(*field))


def seconds(duration: str) -> int:
    """The seconds of a duration such as `15m`."""
    return round(duration_value(duration))

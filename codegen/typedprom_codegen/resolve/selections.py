"""Resolves `by`, `where` and `except`: which series of its metrics an alert is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from typedprom_codegen.codes import alerts as codes
from typedprom_codegen.ir import Catalog, ClosedDomain, Label, LabelValues, Metric, SelectedSeries
from typedprom_codegen.message_parts import did_you_mean, listed, quoted
from typedprom_codegen.queries.known import TARGET_LABELS
from typedprom_codegen.resolve.rule_entries import RuleEntry

Chosen = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Selection:
    """What the fields `where` and `except` of an entry choose."""

    where: Chosen
    unless: Chosen
    added: frozenset[str]  # labels that all series have: of the scrape, and constant ones

    def of(self, metric: Metric) -> SelectedSeries:
        """The chosen series of a metric."""
        names = {label.name for label in metric.series_labels} | self.added
        return SelectedSeries(metric, _for(names, self.where), _for(names, self.unless))

    def of_all(self, metrics: Iterable[Metric]) -> tuple[SelectedSeries, ...]:
        """The chosen series of each metric."""
        return tuple(map(self.of, metrics))


def _for(names: frozenset[str] | set[str], chosen: Chosen) -> tuple[LabelValues, ...]:
    return tuple(
        LabelValues(label, tuple(dict.fromkeys(values)))
        for label, values in chosen.items()
        if label in names
    )


def added_labels(catalog: Catalog) -> frozenset[str]:
    """The labels that all series have: those that the scrape adds, and constant ones."""
    constants = (label.name for label in catalog.constant_labels)
    return frozenset({*TARGET_LABELS, *catalog.target_labels, *constants})


def select(
    entry: RuleEntry, where: Chosen | None, unless: Chosen | None, metrics: Sequence[Metric]
) -> Selection:
    """The selection of an entry with these metrics. Labels that none of them has are reported."""
    selection = Selection(where or {}, unless or {}, added_labels(entry.within.catalog))
    for field, chosen in (("where", selection.where), ("except", selection.unless)):
        for label, values in chosen.items():
            entry.check_repeated(values, field, label)
            _check_label(label, values, field, entry, metrics)
    for label in selection.unless:
        _check_rest(label, selection, entry, metrics)
    return selection


def _check_label(
    name: str, values: Sequence[str], field: str, entry: RuleEntry, metrics: Sequence[Metric]
) -> None:
    if name in added_labels(entry.within.catalog) or _is_unknown(entry, metrics):
        return
    labels = [label for metric in metrics for label in metric.series_labels if label.name == name]
    if not labels:
        _report_label(name, (field, name), entry, metrics)
    for index, value in enumerate(values):
        if labels and not any(_can_be(label, value) for label in labels):
            known = [each for label in labels for each in _values(label)]
            entry.report(
                codes.BAD_RULE_LABEL,
                f"the label `{name}` of {_called(metrics)} is never {quoted(value)}"
                f"{did_you_mean(value, known)}",
                field,
                name,
                index,
                help=f"its values are {', '.join(f'`{each}`' for each in dict.fromkeys(known))}",
            )


def _can_be(label: Label, value: str) -> bool:
    return not isinstance(label.domain, ClosedDomain) or value in label.domain.values


def _values(label: Label) -> tuple[str, ...]:
    return label.domain.values if isinstance(label.domain, ClosedDomain) else ()


def _check_rest(
    name: str, selection: Selection, entry: RuleEntry, metrics: Sequence[Metric]
) -> None:
    """Report values that are in both fields, and labels of which no value is left."""
    labels = [label for metric in metrics for label in metric.series_labels if label.name == name]
    unless = selection.unless[name]
    both = [value for value in unless if value in selection.where.get(name, ())]
    if both:
        entry.report(
            codes.BAD_RULE_LABEL,
            f"{entry.called} has {quoted(both[0])} of `{name}` in both `where` and `except`",
            "except",
            name,
            unless.index(both[0]),
            help="remove it from one of the two",
        )
    elif labels and all(_values(label) and {*_values(label)} <= {*unless} for label in labels):
        entry.report_key(
            codes.BAD_RULE_LABEL,
            f"{entry.called} excepts all values of `{name}`, so it is about no series",
            "except",
            name,
            help="remove some of them",
        )


def check_by(entry: RuleEntry, by: Sequence[str], metrics: Sequence[Metric]) -> None:
    """Report labels of `by` that one of the metrics does not have."""
    entry.check_repeated(by, "by")
    added = added_labels(entry.within.catalog)
    for index, name in enumerate(by):
        lacking = [m for m in metrics if name not in added and m.series_label(name) is None]
        if lacking and not _is_unknown(entry, lacking):
            _report_label(name, ("by", index), entry, lacking)


def _report_label(
    name: str, field: tuple[str | int, ...], entry: RuleEntry, metrics: Sequence[Metric]
) -> None:
    known = sorted({label.name for metric in metrics for label in metric.series_labels})
    have = f"it has {listed(f'`{each}`' for each in known)}" if known else "it has none"
    entry.report_key(
        codes.BAD_RULE_LABEL,
        f"{_called(metrics)} {'have' if len(metrics) > 1 else 'has'} no label {quoted(name)}"
        f"{did_you_mean(name, known)}",
        *field,
        help=f"remove it, or name another label; {have}"
        if len(metrics) == 1
        else "remove it, or name a label that they have",
    )


def _called(metrics: Sequence[Metric]) -> str:
    return listed(f"`{metric.local_key}`" for metric in dict.fromkeys(metrics))


def _is_unknown(entry: RuleEntry, metrics: Sequence[Metric]) -> bool:
    """Whether a label of a metric may be missing because of an error."""
    unlabelled = entry.within.unlabelled
    return any(metric.key in unlabelled for metric in metrics)

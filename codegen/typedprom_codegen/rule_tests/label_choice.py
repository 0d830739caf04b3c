"""Labels of the series in a test: values that an alert counts, values that it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, product
from typing import Final

from typedprom_codegen.ir import Catalog, Label, LabelValues, SelectedSeries

Labels = Mapping[str, str]

JOB: Final = "job"
INSTANCE: Final = "instance"
_FEW: Final = 12
"""Of more values than this, only so many are tried one by one."""
_OTHER: Final = "other"
_SCRAPED: Final = "replica"
"""A label that the catalog does not know: Prometheus adds such when it scrapes."""


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """Labels of the series of a selection, for alerts by some labels."""

    catalog: Catalog
    selected: SelectedSeries
    by: tuple[str, ...]

    def subjects(self, names: Sequence[str]) -> Iterator[Labels]:
        """Values of the labels `by`, all different; open labels have the names as values."""
        if not self.by:
            yield {}
            return
        values = [self._subject_values(label, names) for label in self.by]
        seen = list[Labels]()
        for number in range(len(names)):  # first all of them change together
            seen.append(
                {label: of[number % len(of)] for label, of in zip(self.by, values, strict=True)}
            )
        combined = (dict(zip(self.by, each, strict=True)) for each in product(*values))
        found = list[Labels]()
        for labels in chain(seen, islice(combined, len(names) ** 2)):
            if labels not in found:
                found.append(labels)
                yield labels

    def counted(self, subject: Labels) -> list[Labels]:
        """Labels of two series that count for a subject, and differ in what is added up."""
        first = {**self._target("a"), **self._constant(), **self._values(0), **subject}
        second = {**self._target("b"), **self._constant(), **self._values(1), **subject}
        second |= {label: first[label] for label in self.by if label not in subject}
        return [first, twin(first) if first == second else second]

    def not_counted(self, subject: Labels) -> Iterator[Labels]:
        """Labels of series that differ from a counted one in a value that does not count."""
        first = self.counted(subject)[0]
        for chosen in self.selected.unless:
            for value in chosen.values:
                yield {**first, chosen.label: value}
        for chosen in self.selected.where:
            yield {**first, chosen.label: self.other(chosen)}

    def each_value(self) -> Iterator[tuple[str, str]]:
        """Labels with each value that counts, where there are several."""
        for chosen in self.selected.where:
            if len(chosen.values) > 1 and chosen.label not in self.by:
                yield from ((chosen.label, value) for value in chosen.values[:_FEW])

    def only(self, label: str, value: str) -> LabelChoice:
        """Those of the series that have a value of a label."""
        others = tuple(each for each in self.selected.where if each.label != label)
        where = (*others, LabelValues(label, (value,)))
        return replace(self, selected=replace(self.selected, where=where))

    @property
    def has_chosen_subjects(self) -> bool:
        """Whether some values of the labels `by` count, and others do not."""
        return any(w.label in self.by and len(w.values) > 1 for w in self.selected.where)

    def _subject_values(self, label: str, names: Sequence[str]) -> Sequence[str]:
        where = next((w.values for w in self.selected.where if w.label == label), None)
        return where or self._closed(label) or names

    def _values(self, number: int) -> Labels:
        """The values of all labels of the metric; another number gives others, if it can."""
        return {
            label.name: self._value(label, number) for label in self.selected.metric.series_labels
        }

    def _value(self, label: Label, number: int) -> str:
        where = next((w.values for w in self.selected.where if w.label == label.name), None)
        values = where or self._closed(label.name) or ("one", "two")
        return values[number % len(values)]

    def _closed(self, name: str) -> tuple[str, ...]:
        """The values of a label that count, if the label is closed."""
        without = [v for u in self.selected.unless if u.label == name for v in u.values]
        values = self.selected.metric.closed_values(name)
        return tuple(value for value in values if value not in without)

    def other(self, chosen: LabelValues) -> str:
        """A value of a label that is not among those chosen: one of the catalog's, if it can."""
        others = (value for value in self._closed(chosen.label) if value not in chosen.values)
        return next(others, _OTHER)

    def _target(self, instance: str) -> Labels:
        added = dict.fromkeys(self.catalog.target_labels, "x")
        return {JOB: self.catalog.namespace, INSTANCE: instance, **added}

    def _constant(self) -> Labels:
        return {label.name: label.value for label in self.catalog.constant_labels}


def twin(labels: Labels) -> Labels:
    """Labels of a series that differs from another in a label that the catalog lacks."""
    name = _SCRAPED
    while name in labels:
        name += "_"
    return {**labels, name: "b"}

"""Labels of the series in a test: values that an alert counts, values that it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, product
from typing import Final

from typedprom_codegen.ir import Catalog, ClosedDomain, Label, LabelValues, SelectedSeries

Labels = Mapping[str, str]

JOB: Final = "job"
INSTANCE: Final = "instance"
_FEW: Final = 5
"""Of more values than this, only so many are tried."""
_OTHER: Final = "other"


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
        kept = {label: first[label] for label in self.by if label not in subject}
        return [first, {**second, **kept}]

    def not_counted(self, subject: Labels) -> Iterator[Labels]:
        """Labels of series that differ from a counted one in a value that does not count."""
        first = self.counted(subject)[0]
        for chosen in self.selected.unless:
            for value in chosen.values[:_FEW]:
                yield {**first, chosen.label: value}
        for chosen in self.selected.where:
            if other := self._other(chosen):
                yield {**first, chosen.label: other}

    def each_value(self) -> Iterator[tuple[str, str]]:
        """Each label and value that counts, where there are few and more than one."""
        for chosen in self.selected.where:
            if 1 < len(chosen.values) <= _FEW and chosen.label not in self.by:
                yield from ((chosen.label, value) for value in chosen.values)

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
        labels = self.selected.metric.series_labels
        domain = next((label.domain for label in labels if label.name == name), None)
        if not isinstance(domain, ClosedDomain):
            return ()
        return tuple(value for value in domain.values if value not in without)

    def _other(self, chosen: LabelValues) -> str | None:
        """A value that a label can have and that is not among those chosen."""
        if chosen.label not in {label.name for label in self.selected.metric.series_labels}:
            return _OTHER
        closed = self._closed(chosen.label) or (_OTHER,)
        return next((value for value in closed if value not in chosen.values), None)

    def _target(self, instance: str) -> Labels:
        added = dict.fromkeys(self.catalog.target_labels, "x")
        return {JOB: self.catalog.namespace, INSTANCE: instance, **added}

    def _constant(self) -> Labels:
        return {label.name: label.value for label in self.catalog.constant_labels}

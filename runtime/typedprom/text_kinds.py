"""Infos and statesets: instruments whose series say something in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, cast

from typedprom.admission import Admission
from typedprom.instrument import CellsT_co, Instrument, MetricType, Values
from typedprom.text_cells import InfoCell, StateSetCell, StateT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    from typedprom.catalog import Catalog
    from typedprom.instrument import Definition
    from typedprom.labels import Label

__tracebackhide__ = True  # pytest shows the line that is wrong instead


class Info(Instrument[object, InfoCell]):
    """Any info. Its generated class has `set`, with a keyword parameter for each label.

    `labels` tell its series apart, `info_labels` are what one of them says.
    """

    __slots__ = ("_said", "info_labels")
    type: ClassVar[MetricType] = "info"

    def __init__(
        self,
        catalog: Catalog,
        /,
        *,
        info_labels: tuple[Label, ...],
        **definition: Unpack[Definition],
    ) -> None:
        self.info_labels = info_labels
        self._said = tuple(Admission(definition["name"], label) for label in info_labels)
        super().__init__(catalog, **definition)

    @property
    def shape(self) -> tuple[object, ...]:
        """What two instruments must have in common to share their series."""
        return (*super().shape, tuple(label.name for label in self.info_labels))

    def label_names(self) -> Sequence[str]:
        """The names that its series have labels of, constant ones left out."""
        return [*super().label_names(), *(label.name for label in self.info_labels)]

    def _set(self, said: tuple[object, ...], *values: object) -> None:
        cell = self._cell(*values)
        self._give_back(cell)
        try:
            cell.set(tuple(map(Admission.admit, self._said, said)))
        finally:
            for admission, text in zip(self._said, cell.snapshot() or (), strict=False):
                admission.take(text)

    def _discard(self, values: Values) -> None:
        cell = self._series.get(values)
        if cell is not None:
            self._give_back(cell)
        super()._discard(values)

    def _give_back(self, cell: InfoCell) -> None:
        """Give the budgets back what this series alone says."""
        others = [
            said for other in self.cells() if other is not cell and (said := other.snapshot())
        ]
        for place, text in enumerate(cell.snapshot() or ()):
            if not any(said[place] == text for said in others):
                self._said[place].release(text)

    def _budgets(self) -> tuple[Admission, ...]:
        return (*super()._budgets(), *self._said)

    def _new_cell(self, values: Values) -> InfoCell:
        return self._catalog.cells.info(self, values)


class StateSetKind(Instrument[CellsT_co, StateSetCell[StateT]], Generic[CellsT_co, StateT]):
    """Any stateset. `states` are all its states, the one it begins in first."""

    __slots__ = ("states",)
    type: ClassVar[MetricType] = "stateset"

    def __init__(
        self,
        catalog: Catalog,
        /,
        *,
        states: tuple[StateT, ...],
        **definition: Unpack[Definition],
    ) -> None:
        if not states:
            raise ValueError(f"`{definition['name']}` has no states")
        self.states = states
        super().__init__(catalog, **definition)

    @property
    def shape(self) -> tuple[object, ...]:
        """What two instruments must have in common to share their series."""
        return (*super().shape, self.states)

    def label_names(self) -> Sequence[str]:
        """The names that its series have labels of, constant ones left out."""
        return [*super().label_names(), self.name]

    def _new_cell(self, values: Values) -> StateSetCell[StateT]:
        made = self._catalog.cells.stateset(self, values, self.states)
        return cast("StateSetCell[StateT]", made)


class StateSet(StateSetKind[StateSetCell[StateT], StateT]):
    """A stateset without labels."""

    __slots__ = ()

    def set(self, state: StateT, /) -> None:
        """Be in `state`, in no other."""
        return self._cells.set(state)


class LabelledStateSet(StateSetKind[CellsT_co, StateT]):
    """A stateset with labels; the parameters: one `dict[str, …]` a label, then the cell; states."""

    __slots__ = ()

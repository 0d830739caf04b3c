"""Panel ids, dashboard uids, the grid and the serializer, for any input."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typedprom_codegen import dashboard_panels
from typedprom_codegen.dashboard_panels import LARGEST_ID, panel_ids
from typedprom_codegen.dashboard_uids import LONGEST_UID, uid
from typedprom_codegen.emit.grafana import model, panel_options
from typedprom_codegen.emit.grafana.json_writer import NULLABLE, to_json
from typedprom_codegen.emit.grafana.layout import PanelGroup, UnplacedPanel, arrange

Size = tuple[int, int | None, int | None]  # height, width, column
keys = st.text("abc./_", min_size=1, max_size=12)
sizes = st.builds(
    lambda width, height, column: (
        height,
        width,
        column if width and column + width <= 24 else None,
    ),
    st.none() | st.integers(1, 24),
    st.integers(1, 12),
    st.integers(0, 23),
)


@given(st.lists(keys, unique=True, max_size=30))
def test_ids_do_not_depend_on_order_or_on_other_keys(found: list[str]) -> None:
    made = panel_ids(found)
    assert made == panel_ids(reversed(found))
    assert len(set(made.values())) == len(found)
    assert all(0 < id <= LARGEST_ID for id in made.values())
    assert all(panel_ids([key])[key] == id for key, id in made.items())


def test_colliding_ids_are_made_distinct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        dashboard_panels, "_panel_id", lambda key, attempt: (len(key) + attempt) % 3 + 1
    )
    assert panel_ids(["b", "a", "c"]) == {"a": 2, "b": 3, "c": 1}


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_a_uid_is_valid_in_grafana(parts: list[str]) -> None:
    assert re.fullmatch(r"[a-z0-9-]{0,40}", uid(*parts))


def test_a_uid_has_one_separator_and_keeps_names_apart() -> None:
    assert uid("sms", "quality_gate") == "sms-quality-gate"
    assert len({uid("a_b"), uid("a__b"), uid("a_b_"), uid("ab")}) == 4


def test_long_uids_stay_distinct() -> None:
    long = "a" * LONGEST_UID
    assert uid(long) == long
    assert uid(long + "b") != uid(long + "c")
    assert len(uid(long + "b")) == LONGEST_UID


@given(st.lists(st.lists(sizes, max_size=8), max_size=4))
def test_panels_never_overlap_and_keep_their_columns(made: list[list[Size]]) -> None:
    sections = [
        PanelGroup(
            str(n), f"S{n}", tuple(drawing(f"{n}/{m}", size) for m, size in enumerate(found))
        )
        for n, found in enumerate(made)
    ]
    panels = arrange(sections)
    assert len(panels) == sum(len(found) + 1 for found in made if found)
    places = [panel.grid_pos for panel in panels]
    assert all(place.x >= 0 and place.x + place.w <= 24 for place in places)
    wanted = {f"{n}/{m}": size for n, found in enumerate(made) for m, size in enumerate(found)}
    for panel in panels:
        height, width, column = wanted.get(panel.title, (1, 24, None))
        assert panel.grid_pos.h == height
        assert width in {None, panel.grid_pos.w}
        assert column in {None, panel.grid_pos.x}
    for a, b in combinations(places, 2):
        beside = a.x + a.w <= b.x or b.x + b.w <= a.x
        assert beside or a.y + a.h <= b.y or b.y + b.h <= a.y


@given(st.integers(2, 30))
def test_panels_without_a_width_fill_their_lines(count: int) -> None:
    section = PanelGroup("s", "S", tuple(drawing(str(n), (8, None, None)) for n in range(count)))
    _, *places = [panel.grid_pos for panel in arrange([section])]
    assert {place.w for place in places} <= {12, 8}
    assert sum(place.w for place in places) == 24 * len({place.y for place in places})


def test_a_panel_alone_is_not_stretched_and_low_panels_stand_on_their_own_line() -> None:
    section = PanelGroup("s", "S", (drawing("a", (8, None, None)), drawing("b", (4, 6, None))))
    _, low, high = arrange([section])
    assert (low.title, low.grid_pos) == ("b", model.GridPos(h=4, w=6, x=0, y=1))
    assert (high.title, high.grid_pos) == ("a", model.GridPos(h=8, w=12, x=0, y=5))


def drawing(key: str, size: Size) -> UnplacedPanel:
    panel = partial(
        model.Panel,
        description="",
        field_config=panel_options.FieldConfig(
            defaults=panel_options.FieldDefaults(
                color=panel_options.ModeSetting(mode="fixed"),
                thresholds=panel_options.Thresholds(steps=()),
                unit="short",
            )
        ),
        options=panel_options.TimeseriesOptions(legend=panel_options.GraphLegend()),
        targets=(),
        title=key,
        type="timeseries",
    )
    height, width, column = size
    return UnplacedPanel(key, height, panel, width, column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    some_text: str
    a_number: float
    from_: str | None = None
    kept: float | None = field(default=None, metadata=NULLABLE)
    inner: tuple[dict[str, bool], ...] = ()


@given(st.text(), st.floats(allow_nan=False, allow_infinity=False), st.lists(st.text(), max_size=3))
def test_the_serializer_writes_what_json_reads(text: str, number: float, names: list[str]) -> None:
    inner = tuple({name: True} for name in names)
    made = to_json(Sample(some_text=text, a_number=number, inner=inner))
    expected = {"someText": text, "aNumber": number, "kept": None, "inner": list(inner)}
    assert json.loads(made) == expected
    assert list(json.loads(made)) == ["someText", "aNumber", "kept", "inner"]
    whole = {**expected, "aNumber": int(number) if number.is_integer() else number}
    assert made == json.dumps(whole, indent=2, ensure_ascii=False) + "\n"

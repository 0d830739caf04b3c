"""Whatever stands in an alert or an objective, it is understood or reported at its place."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.language.shop_rules import ORDERS
from tests.support.catalogs import HEADER, compiled
from typedprom_codegen.load.schema import ValueSchema, file_schema

ALERT = file_schema().field("alerts").items
SLO = file_schema().field("slos").items

METRICS = st.sampled_from(
    [
        *("placed", "payments.error", "queue.bytes", "fill", "packing.duration", "payments"),
        *("last_order.timestamp", "orders.placed", "orders.payments", "nothing"),
    ]
)
WORDS = st.sampled_from(
    [
        *("1h", "0s", "999999w", "50%", "64MiB", "5", "critical", "page", "ticket", "country"),
        *("max(shop_orders_fill) > 0", "max(", "{{ $value }}", "", " ", "é\u2028", "null"),
    ]
)
SCALARS = METRICS | WORDS | st.integers(-5, 10**12) | st.floats() | st.booleans() | st.none()
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(METRICS | WORDS, SCALARS)
LABELS = st.sampled_from(["country", "channel", "cause", "job", "le", "no label"])
FITTING = {
    "by": st.lists(LABELS, max_size=3),
    "where": st.dictionaries(LABELS, st.lists(WORDS, max_size=3), max_size=3),
    "except": st.dictionaries(LABELS, st.lists(WORDS, max_size=3), max_size=3),
    "of": METRICS | st.lists(METRICS, max_size=3),
    "least": st.integers(-1, 9),
    "objective": st.sampled_from(["99%", 0.5, 1, "0%", "100%", "1e-9%"]),
    "window": st.sampled_from(["28d", "1d", "90d", "91d", "1h"]),
}


def entries(schema: ValueSchema) -> st.SearchStrategy[dict[str, object]]:
    """Return mappings with fields of the schema, and values that fit or not."""
    fields = {name: FITTING.get(name, METRICS | WORDS) | VALUES for name in schema.fields}
    names = st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=6, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({n: fields[n] for n in chosen}))


@settings(max_examples=150, deadline=None)
@given(st.lists(entries(ALERT), max_size=3), st.lists(entries(SLO), max_size=2))
def test_no_entry_breaks_the_compiler(
    alerts: list[dict[str, object]], slos: list[dict[str, object]]
) -> None:
    sections = {
        "alerts": {f"a{index}": alert for index, alert in enumerate(alerts)},
        "slos": {f"s{index}": slo for index, slo in enumerate(slos)},
    }
    lines = [f"{name}: {json.dumps(found)}\n" for name, found in sections.items() if found]
    text = ORDERS + "".join(lines)
    with tempfile.TemporaryDirectory() as folder:
        outcome = compiled(Path(folder), {"catalog.yaml": HEADER, "orders.yaml": text})
    for diagnostic in outcome.found:
        assert diagnostic.span.path.endswith("orders.yaml")
        assert diagnostic.span.line > ORDERS.count("\n")
        assert "None" not in diagnostic.message + diagnostic.help
    if not outcome.found:
        assert len(outcome.whole.alerts) >= len(alerts) - 1
        assert len(outcome.whole.slos) == len(slos)

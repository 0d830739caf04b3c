"""A small catalog, what its programs can expose, and the types of queries in words."""

from __future__ import annotations

import math
import random
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.catalogs import compiled
from typedprom_codegen.ir import MetricType
from typedprom_codegen.promql.parser import parse
from typedprom_codegen.queries.infer import types_of
from typedprom_codegen.queries.known import KnownMetric, KnownSeries, Pack, known_series
from typedprom_codegen.queries.label_sets import Labels
from typedprom_codegen.queries.meaning import Meaning
from typedprom_codegen.queries.types import Type

CATALOG = """\
catalog: {namespace: shop, title: Web shop, constant_labels: {tier: gold}}
labels:
  code: {help: Status., domain: {kind: closed, values: ["200", "404", "500"]}}
  route: {help: Route., domain: {kind: open, budget: 100}}
  reason: {help: Reason., domain: {kind: closed, values: [dns, timeout]}}
  version: {help: Version., domain: {kind: open, budget: 10}}
"""
COMPONENT = """\
component: {name: web, prefix: "", title: Web}
metrics:
  requests: {type: counter, help: Requests., labels: [code, route]}
  errors: {type: counter, help: Errors., labels: [reason]}
  received.bytes: {type: counter, unit: bytes, help: Received., labels: [route]}
  busy.seconds: {type: counter, unit: seconds, help: Busy.}
  waiting: {type: gauge, help: Waiting., labels: [route]}
  memory: {type: gauge, unit: bytes, help: Memory.}
  share: {type: gauge, unit: ratio, help: Share.}
  last_import_timestamp: {type: gauge, unit: seconds, help: Import.}
  latency:
    type: histogram
    unit: seconds
    help: Latency.
    labels: [route]
    buckets: {kind: explicit, bounds: [0.1, 0.5, 2.5]}
  depth:
    type: histogram
    help: Depth.
    buckets: {kind: explicit, bounds: [-10, 0, 10]}
  mode: {type: stateset, help: Mode., states: [open, closed]}
  build: {type: info, help: Build., info_labels: [version]}
"""


def _external(
    name: str, type_: MetricType, unit: str | None = None, *, is_native: bool = False
) -> KnownMetric:
    return KnownMetric(
        name=name,
        type=type_,
        unit=unit,
        labels={"queue": None},
        buckets=None,
        is_native=is_native,
        is_whole=True,
        origin="pack others",
        declared=None,
    )


OTHERS = Pack(
    "others",
    (
        _external("rpc_seconds", MetricType.SUMMARY, "seconds"),
        _external("db_seconds", MetricType.HISTOGRAM, "seconds", is_native=True),
        _external("proxied_total", MetricType.COUNTER),
        _external("sent_bytes_total", MetricType.COUNTER),
    ),
)


@cache
def known() -> KnownSeries:
    """Return the series of the catalog and of `OTHERS`."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"catalog.yaml": CATALOG, "web.yaml": COMPONENT}
        catalog = compiled(Path(folder), files).whole
    return known_series(catalog, [OTHERS], ["cluster"])


def type_of(text: str) -> Type:
    """Return the type of a query."""
    query = parse(text)
    return types_of(query, known())[query.root]


def in_words(found: Type) -> str:
    """Return a type in words: `{code, route?} rate, events seconds^-1, 0..inf`."""
    meaning = f"{_labels(found.labels)} {_meaning(found)}".strip()
    return ", ".join(filter(None, (meaning, _unit(found), _bounds(found))))


TARGET = {"cluster": "?", "instance": "?", "job": "", "tier": ""}
"""What every series of the catalog has, `target` in words; `?` where it may be missing."""


def _labels(labels: Labels) -> str:
    has = {name: "" if name in labels.sure else "?" for name in TARGET if name in labels.possible}
    is_target = has == TARGET and labels.values.keys() & TARGET.keys() == {"tier"}
    names = ["target"] if is_target else []
    renamed = {name for name in labels.possible if name.startswith("exported_")}  # of any target
    for name in sorted(labels.possible - renamed - (TARGET.keys() if is_target else set())):
        values = labels.values.get(name)
        listed = "" if values is None else "=" + "|".join(sorted(values))
        names.append(name + ("" if name in labels.sure else "?") + listed)
    return "{" + ", ".join(names + ["..."] * labels.is_open) + "}"


def _meaning(found: Type) -> str:
    meaning = "" if found.meaning is Meaning.UNKNOWN else found.meaning.name.lower()
    native = " native" if found.is_native else ""
    return meaning + native + (" buckets" if found.buckets else "")


def _unit(found: Type) -> str:
    if found.unit is None:
        return ""
    parts = [f"{name}^{power}" for name, power in sorted(found.unit.powers.items())]
    factor = "" if found.unit.factor == 1.0 else f"{found.unit.factor:.4g} "
    return factor + (" ".join(parts) or "plain").replace("^1", "")


def _bounds(found: Type) -> str:
    least, greatest = found.bounds
    if (least, greatest) == (-math.inf, math.inf):
        return ""
    return f"{least:g}..{greatest:g}"


SEED = 20_261_128
START, STEP, STEPS = 1_700_000_000, 15, 120
END = START + STEP * (STEPS - 1)
"""When the samples of `exposed` are."""


def exposed(rng: random.Random) -> str:
    """Return samples of programs with this catalog, as OpenMetrics with timestamps."""
    lines: list[str] = []
    routes, codes = ("/", "/cart"), ("200", "404", "500", "_invalid")
    targets = [{"job": "web", "instance": i, "cluster": "eu"} for i in ("a:1", "b:1")]
    targets.append({"job": "batch"})  # pushed
    for name, type_, series in (
        ("shop_requests", "counter", [{"code": c, "route": r} for c in codes for r in routes]),
        ("shop_errors", "counter", [{"reason": "dns"}, {"reason": "timeout"}]),
        ("shop_received_bytes", "counter", [{"route": route} for route in routes]),
        ("shop_busy_seconds", "counter", [{}]),
        ("shop_waiting", "gauge", [{"route": route} for route in routes]),
        ("shop_memory_bytes", "gauge", [{}]),
        ("shop_share_ratio", "gauge", [{}]),
        ("shop_last_import_timestamp_seconds", "gauge", [{}]),
        ("shop_latency_seconds", "histogram", [{"route": route} for route in routes]),
        ("shop_depth", "histogram", [{}]),
        ("shop_mode", "stateset", [{"shop_mode": "open"}, {"shop_mode": "closed"}]),
        ("shop_build", "info", [{"version": "1.0"}]),
    ):
        lines.append(f"# TYPE {name} {type_}")
        for target in targets:
            for own in series:
                lines += _samples(name, type_, {**target, "tier": "gold", **own}, rng)
    return "\n".join([*lines, "# EOF", ""])


_BOUNDS = {"shop_latency_seconds": (0.1, 0.5, 2.5), "shop_depth": (-10.0, 0.0, 10.0)}


def _samples(name: str, type_: str, labels: dict[str, str], rng: random.Random) -> Iterator[str]:
    if type_ == "histogram":
        yield from _histogram(name, labels, rng)
        return
    suffix = {"counter": "_total", "info": "_info"}.get(type_, "")
    total = 0.0
    for step in range(STEPS):
        match type_:
            case "counter":
                total = 0.0 if rng.random() < 0.02 else total + rng.choice((0, 0, 1, 2.5))
            case "gauge" if name.endswith("timestamp_seconds"):
                total = START - 100 + step
            case "gauge" if name.endswith("ratio"):
                total = rng.choice((0.0, 1.0, rng.random()))
            case "gauge":
                total = rng.choice((0.0, 0.5, -3.0, 7.25, rng.uniform(-10, 10)))
            case "stateset":
                total = rng.choice((0, 1))
            case _:
                total = 1
        yield f"{name}{suffix}{_braces(labels)} {total!r} {START + step * STEP}"


def _histogram(name: str, labels: dict[str, str], rng: random.Random) -> Iterator[str]:
    bounds = _BOUNDS[name]
    counts, total = [0] * (len(bounds) + 1), 0.0
    lines: dict[str, list[str]] = {}
    for step in range(STEPS):
        for _ in range(rng.randint(0, 3)):
            value = rng.uniform(0, 5) if bounds[0] > 0 else rng.uniform(-20, 20)
            total += value
            for index, bound in enumerate((*bounds, math.inf)):
                counts[index] += value <= bound
        at = START + step * STEP
        for bound, count in zip((*bounds, math.inf), counts, strict=True):
            le = "+Inf" if bound == math.inf else repr(bound)
            series = f"{name}_bucket{_braces({**labels, 'le': le})}"
            lines.setdefault(series, []).append(f"{series} {count} {at}")
        for suffix, number in (("sum", total), ("count", counts[-1])):
            series = f"{name}_{suffix}{_braces(labels)}"
            lines.setdefault(series, []).append(f"{series} {number!r} {at}")
    for found in lines.values():
        yield from found


def _braces(labels: dict[str, str]) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"

"""What is too large for a run file costs itself alone, and is told as what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spool.programs import BEGIN, expected, found
from tests.spool.recorded import recorded, run_files
from tests.support.programs import run_python

FAULTS = "typedprom_spool_faults_total"
TOLD = "stays in the memory of this process and is not delivered; all else is"
LARGE = """
from typedprom import ClosedLabel
large = "x" * (1 << 20)
MANY = ("a", *(str(number) * 300 for number in range(1000, 2000)))
def counter(name, help="Some.", labels=(_SOURCE,)):
    return CounterBySource(CATALOG, key=name, name=f"x_{name}_total", help=help, labels=labels)
"""


def run(program: str) -> tuple[str, str]:
    done = run_python(
        "-c", BEGIN + "from tests.spool.every_kind import _SOURCE\n" + LARGE + program
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


@pytest.mark.parametrize(
    ("made", "part"),
    [
        ("counter('large', help=large)", "help"),
        (
            "counter('large', labels=(ClosedLabel('source', help='', values=MANY),))",
            "values of label `source`",
        ),
    ],
)
def test_a_definition_that_is_too_large_costs_itself_alone(
    made: str, part: str, spool: Path
) -> None:
    out, errors = run(f"""
LARGE = {made}
AFTER = counter("after")
CATALOG.register()
for turn in range(3):
    LARGE.labels(source="a").inc()
    AFTER.labels(source="a").inc()
    record()
    spool.refresh()
LARGE.remove(source="a")
LARGE.labels(source="a").inc()
print(LARGE.labels(source="a").snapshot())
from prometheus_client import REGISTRY
from typedprom.exposition.registry_source import ProcessSource
print(next(line for line in ProcessSource(REGISTRY).render("", ())[1].decode().splitlines()
           if line.startswith('x_large_total{{source="a"}}')))
""")
    assert out.splitlines() == ["4.0", 'x_large_total{source="a"} 4.0']
    assert errors.count("\n") == 1
    assert errors.startswith("the definition of `x_large_total` is not kept in spool")
    assert "bytes, more than 1,048,576, most of them for its " + part in errors
    assert TOLD in errors
    assert "disk" not in errors
    assert found(spool) == {**expected(3), 'x_after_total{source="a"}': [3.0]}
    faults = {key: value for key, value in recorded(spool).items() if key.startswith(FAULTS)}
    assert faults.keys() == {f'{FAULTS}{{fault="too_large"}}'}
    (file,) = run_files(spool)
    assert not file.damage
    assert "x_after_total" in file.layout.definitions


def test_a_series_that_is_too_large_costs_itself_alone(spool: Path) -> None:
    out, errors = run("""
names = [f"label_{number}" for number in range(600)]
class ByMany(LabelledCounter[dict]):
    __slots__ = ()
    def labels(self, *values):
        return self._cell(*values)
MANY = ByMany(CATALOG, key="many", name="x_many_total", help="Some.",
              labels=tuple(OpenLabel(name, help="", budget=9) for name in names))
values = ["y" * 2000] * 599
handle = MANY.labels(*values, "y" * 2048)
for turn in range(3):
    handle.inc()
    record()
    spool.refresh()
begin = time.monotonic()
for _ in range(10_000):
    handle.inc()
assert time.monotonic() - begin < 1  # a series of this size is not written out each time
MANY.labels(*["y"] * 600).inc()
print(handle.snapshot())
""")
    assert out == "10003.0\n"
    assert errors.startswith("a series of `x_many_total` is not kept in spool")
    assert "most of them for its value of label `label_599`" in errors
    assert errors.count("\n") == 1
    series = found(spool)
    (small,) = (key for key in series if key.startswith("x_many_total"))
    assert (len(small) < 20_000, series.pop(small)) == (True, [1.0])
    assert series == expected(3)


@pytest.mark.parametrize("labels", ["", ", labels=(_SOURCE,)"])
def test_a_histogram_with_too_many_buckets_costs_itself_alone(labels: str, spool: Path) -> None:
    out, errors = run(f"""
class BySource(Histogram):
    __slots__ = ()
    def cell(self, *values):
        return self._cell(*values) if values else self
LARGE = BySource(CATALOG, key="large", name="x_large", help="Some.",
                 buckets=tuple(map(float, range(50_000))){labels})
LARGE.cell(*{["a"] if labels else []}).observe(0.5)
record()
""")
    assert out == ""
    assert errors.startswith("a series of `x_large` is not kept in spool")
    assert "most of them for its buckets: shorten that" in errors
    assert errors.count("\n") == 1
    assert {key: value for key, value in found(spool).items() if "large" not in key} == expected(1)

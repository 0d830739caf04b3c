"""The benchmarks run and measure the cases that they print."""

from pathlib import Path

import prometheus_client
import pytest

from benchmarks import importing, memory
from benchmarks.peers import OBSERVE, PEERS, PREBOUND_FLOAT, TYPEDPROM, Library
from benchmarks.recording import CASES, measure

CLIENT = PEERS[0]
INSTALLED = [library for library in (TYPEDPROM, *PEERS) if library.installed()]


def test_every_case_is_measured_in_both_libraries() -> None:
    measured = dict(measure([TYPEDPROM, CLIENT], turns=1))
    assert list(measured) == list(CASES)
    for times in measured.values():
        assert list(times) == ["typedprom", "prometheus_client"]
        assert all(time > 0 for time in times.values())


def test_both_libraries_do_the_same() -> None:
    ours, theirs = TYPEDPROM.names(), CLIENT.names()
    for case in CASES:
        exec(TYPEDPROM.recording[case], ours)  # noqa: S102 - our own statements
        exec(CLIENT.recording[case], theirs)  # noqa: S102
    for metric, samples in (("inc", 2), ("observe", 17)):
        mine, other = recorded(ours[metric]), recorded(theirs[metric])
        assert other.items() <= mine.items()
        assert len(other) == samples


def recorded(metric: object) -> dict[tuple[str, ...], float]:
    """Return the values of the samples, by suffix of the name and label values."""
    families = metric.collect()  # type: ignore[attr-defined]
    return {
        (sample.name.rsplit("_", 1)[1], *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


@pytest.mark.parametrize("library", INSTALLED, ids=lambda library: library.name)
def test_every_statement_of_a_library_runs(library: Library) -> None:
    names = library.names() | {"i": 1}
    for statement in (*library.recording.values(), *library.series):
        exec(statement, names)  # noqa: S102
    assert OBSERVE in library.recording
    assert (PREBOUND_FLOAT in library.recording) == ("bound" in names)


@pytest.mark.alone
def test_a_series_takes_less_memory_than_with_prometheus_client() -> None:
    for kind in memory.KINDS:
        ours = memory.measured("typedprom", kind, "allocated")
        theirs = memory.measured(prometheus_client.__name__, kind, "allocated")
        assert 50 < ours < theirs


@pytest.mark.alone
def test_every_program_of_importing_is_measured(tmp_path: Path) -> None:
    times = importing.measure(tmp_path, turns=1)
    assert list(times) == list(importing.PROGRAMS)
    alone = min(times[importing.SMS]) - min(times[importing.BARE])
    # An approximate check that the package does not import prometheus_client.
    assert alone < min(times[importing.CLIENT])

"""Checks that the counts that arrived are acknowledged, plus at most those in flight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from proofs.programs.acknowledged import BOUNDS, DURATION, ERROR, OBSERVED, SUCCESS, THINGS, Thing
from proofs.support.gateway import Labels
from proofs.torture.worker import Result

Samples = Mapping[tuple[str, Labels], float]
_NAMES = {SUCCESS: ("source_id",), ERROR: ("source_id", "error_type"), DURATION: ("source_id",)}
_LE = tuple(f"{bound:g}" for bound in BOUNDS)


def acknowledged(results: Sequence[Result]) -> list[int]:
    """Return the sums that all workers acknowledged, in the order of `THINGS`."""
    return [sum(counts) for counts in zip(*(one.acknowledged for one in results), strict=True)]


def delivered(samples: Samples, job: str) -> list[float]:
    """Return the counts that arrived, in the order of `THINGS`."""
    mine = {
        (name, _relevant(labels)): value
        for (name, labels), value in samples.items()
        if ("job", job) in labels
    }
    return [_delivered(mine, thing) for thing in THINGS]


def violations(samples: Samples, job: str, results: Sequence[Result]) -> Iterator[str]:
    """Yield each count that is too low or too high, one by one and in total."""
    in_flight = sum(one.in_flight for one in results)
    pairs = list(zip(delivered(samples, job), acknowledged(results), strict=True))
    for thing, (arrived, noted) in zip(THINGS, pairs, strict=True):
        if not noted <= arrived <= noted + in_flight:
            yield f"{thing}: {arrived:g} arrived, {noted} acknowledged, {in_flight} in flight"
    surplus = sum(arrived - noted for arrived, noted in pairs)
    if surplus > in_flight:
        yield f"{surplus:g} more arrived than acknowledged, but only {in_flight} were in flight"
    yield from _inconsistent(samples, job, results)


def _inconsistent(samples: Samples, job: str, results: Sequence[Result]) -> Iterator[str]:
    """Yield histograms whose count or sum does not match their buckets."""
    most = sum(one.in_flight for one in results) * max(OBSERVED)
    for (name, labels), held in samples.items():
        if name != f"{DURATION}_count" or ("job", job) not in labels:
            continue
        if samples[f"{DURATION}_bucket", labels | {("le", "+Inf")}] != held:
            yield f"a histogram's count is {held:g}, its +Inf bucket differs: {labels}"
        counts = _buckets(samples, labels)
        expected = sum(count * value for count, value in zip(counts, OBSERVED, strict=True))
        total = samples[f"{DURATION}_sum", labels]
        if abs(total - expected) > most:
            yield f"a histogram's sum is {total}, not {expected}: {labels}"


def _delivered(samples: Samples, thing: Thing) -> float:
    name, values, bucket = thing
    labels = frozenset(zip(_NAMES.get(name, ()), values, strict=True))
    if name != DURATION:
        return samples.get((name, labels), 0.0)
    return _buckets(samples, labels)[bucket]


def _buckets(samples: Samples, labels: Labels) -> list[float]:
    """Return the observations in each bucket, not cumulated."""
    cumulated = [
        samples.get((f"{DURATION}_bucket", labels | {("le", le)}), 0.0) for le in (*_LE, "+Inf")
    ]
    return [above - below for above, below in zip(cumulated, [0.0, *cumulated], strict=False)]


def _relevant(labels: Labels) -> Labels:
    return frozenset(pair for pair in labels if pair[0] not in ("job", "instance"))

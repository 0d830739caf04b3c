"""Recording: time of one call of generated metrics, compared with similar libraries.

The libraries take turns, and the best of many short turns counts. So other load on the machine
affects all libraries equally, and short peaks do not count.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from timeit import Timer

from benchmarks import peers
from benchmarks.peers import TYPEDPROM, Library

TURNS = 100
SECONDS_A_TURN = 1e-3
# How many times faster than prometheus_client each case should be.
CASES: dict[str, float | None] = {
    peers.LABELLED: 12,
    peers.LABELLED_FLOAT: None,
    peers.PREBOUND: 5,
    peers.PREBOUND_FLOAT: 3.5,
    peers.PREBOUND_INT: None,
    peers.OBSERVE: 11,
    peers.OBSERVE_LOW: None,
    peers.OBSERVE_INT: None,
}


def measure(
    libraries: Sequence[Library], turns: int = TURNS
) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield each case with the nanoseconds per call of each library, by name."""
    names = {library.name: library.names() for library in libraries}
    for case in CASES:
        timers = {
            library.name: Timer(library.recording[case], globals=names[library.name])
            for library in libraries
            if case in library.recording
        }
        calls = {name: _calls(timer) for name, timer in timers.items()}
        best = dict.fromkeys(timers, float("inf"))
        for _ in range(turns):
            for name, timer in timers.items():
                best[name] = min(best[name], timer.timeit(calls[name]) / calls[name])
        yield case, {name: seconds * 1e9 for name, seconds in best.items()}


def _calls(timer: Timer) -> int:
    """Return the number of calls that fill a turn."""
    return max(1, int(100 * SECONDS_A_TURN / timer.timeit(100)))


def main() -> None:
    """Print a table: our nanoseconds per call and how many times longer each peer takes."""
    others = peers.present()
    print(
        f"recording, {platform.python_implementation()} {platform.python_version()}, "
        f"{os.cpu_count()} cores: time of one call of ours, then how many times as long peers take"
    )
    heads = [f"{peer.name} {peer.installed()}" for peer in others]
    print(f"{'':34}{'typedprom':>10}{'target':>8}  " + "  ".join(heads))
    for case, times in measure([TYPEDPROM, *others]):
        ours = times[TYPEDPROM.name]
        target = f"{CASES[case]:g}" if CASES[case] else ""
        ratios = [
            f"{times[peer.name] / ours:.1f}×" if peer.name in times else "" for peer in others
        ]
        cells = (f"{r:>{len(head)}}" for r, head in zip(ratios, heads, strict=True))
        print(f"{case:34}{ours:7.0f} ns{target:>8}  " + "  ".join(cells))


if __name__ == "__main__":
    main()

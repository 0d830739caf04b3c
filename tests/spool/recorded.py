"""What the run files of a spool hold together, read without the store."""

from __future__ import annotations

from pathlib import Path

from typedprom.spool.run_reader import RunReading

Numbers = list[float]


def run_files(spool: Path) -> list[RunReading]:
    """The run files, the oldest first."""
    files = [RunReading(path) for path in (spool / "runs").glob("*.run")]
    return sorted(files, key=lambda file: file.header.created)


def recorded(spool: Path) -> dict[str, Numbers]:
    """The numbers of each series, without the moment, added up over all runs.

    A key is like `x_total{label="value"}`.
    """
    found: dict[str, Numbers] = {}
    for file in run_files(spool):
        assert not file.damage
        for definition, labels, (_, *numbers) in file.series():
            inside = ",".join(f'{name}="{value}"' for name, value in labels)
            key = definition.name + (f"{{{inside}}}" if inside else "")
            before = found.get(key, [0.0] * len(numbers))
            found[key] = [a + b for a, b in zip(before, numbers, strict=True)]
    return found

"""Runs every measurement, one after the other; `python -m benchmarks.memory` runs one of them."""

from benchmarks import compiling, exposition, importing, memory, recording

for measurement in (recording, exposition, memory, importing, compiling):
    measurement.main()
    print()

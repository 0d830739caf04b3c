"""Runs all benchmarks, one after the other; `python -m benchmarks.memory` runs one of them."""

from benchmarks import compiling, exposition, importing, memory, queries, recording

for benchmark in (recording, exposition, memory, importing, compiling, queries):
    benchmark.main()
    print()

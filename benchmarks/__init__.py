"""Benchmarks of typedprom and of similar libraries; `make bench` runs them all."""

"""Sinks: what takes the metrics of a spool."""

"""Formats of metrics, and the sources they are rendered from."""

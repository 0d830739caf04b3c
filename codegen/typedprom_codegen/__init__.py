"""The compiler: a metrics catalog in YAML becomes typed Python, dashboards and more."""

__version__ = "0.1.0"

"""The compiler: from a catalog of metrics in YAML to typed Python and Grafana dashboards."""

__version__ = "0.1.0"

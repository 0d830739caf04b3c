"""Where queries come from: the catalog, dashboards, rule files, alert files, one module a format."""

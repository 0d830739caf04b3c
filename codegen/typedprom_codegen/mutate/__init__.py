"""Mutates anybody's Prometheus rules, and says which changes no promtool test notices."""

"""Delivery: how what a spool holds gets to Prometheus."""

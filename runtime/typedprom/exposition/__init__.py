"""Exposition: rendering a registry, and the ways to serve what was rendered."""

"""The lint rules: one module each, which defines `RULE`."""

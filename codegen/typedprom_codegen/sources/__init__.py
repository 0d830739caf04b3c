"""Where queries come from: one module a format."""

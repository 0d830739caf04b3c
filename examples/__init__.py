"""Example programs that use the generated SMS metrics."""

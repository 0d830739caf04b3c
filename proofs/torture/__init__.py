"""Torture: many runs that die at random instants, and what has arrived of what they recorded."""

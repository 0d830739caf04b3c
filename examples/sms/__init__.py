"""A small SMS pipeline with every step and every metric, in a simulated environment."""

"""Simulated days of the SMS pipeline with incidents, and the rules that are asked about them."""

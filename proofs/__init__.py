"""Proofs that no recorded data is lost, compared with similar libraries; `make proof` runs all."""

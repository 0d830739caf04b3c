"""Proofs that nothing recorded is lost, beside the peers; `make proof` runs them all."""

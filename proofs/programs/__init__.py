"""Programs that record and end; the proofs start each of them in its own process."""

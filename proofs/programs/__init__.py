"""Programs that record and end, each in a process of its own; proofs start them."""

"""What the proofs share: programs in processes, libraries, gateways that work or fail."""

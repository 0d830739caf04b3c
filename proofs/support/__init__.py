"""What the proofs share: programs in processes, libraries, gateways that answer or do not."""

"""Proof that experts' queries of real servers and programs are judged without a false alarm."""

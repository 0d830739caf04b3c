"""The SMS pipeline in small: every step, every metric, with a made-up world around it."""

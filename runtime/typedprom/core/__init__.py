"""What knows nothing about metrics: environment variables, logging of misuse, text."""

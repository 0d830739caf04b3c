"""Programs that use the project for real."""

"""Programs for developers of this project; not part of any distribution."""

"""The type of each kind of node from the types of its parts, one file a kind."""

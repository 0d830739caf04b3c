"""The nodes of a syntax tree, one file a kind, each with how it is read."""

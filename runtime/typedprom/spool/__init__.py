"""Files that outlive their process: what is recorded, read, added up and compacted there."""

"""Recording: catalogs, instruments, and the cells that hold the numbers of a series."""

"""The spool: numbers in files that outlive their process, and the totals they add up to."""

"""Programs that developers of this project run; nothing of it is shipped."""

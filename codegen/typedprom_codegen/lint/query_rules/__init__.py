"""The rules on queries. Each module is one rule: its code, its page and its check."""

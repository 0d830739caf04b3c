"""PromQL, as far as it is read here: its tokens, its selectors and groupings, and edits by offset.

`read` finds what a query refers to, `edits` changes it in place. There is no syntax tree: nothing
here needs to know how operators bind. What is not edited stays byte for byte as it was written.
"""

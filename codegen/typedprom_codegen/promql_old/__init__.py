"""PromQL: tokens, a parser for what a query refers to, and edits by offset.

`parse` finds the selectors, calls and groupings of a query; `rewrite` edits its text. There is no
syntax tree, because operator precedence does not matter here. Text that is not edited is unchanged.
"""

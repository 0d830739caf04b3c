"""PromQL: text to a syntax tree with positions, and edits of the text. It knows no metrics.

`parser.parse` reads a query; `nodes` are what it consists of; `functions` is the table of all
functions and of what each needs; `rewrite` edits a query by the positions of its nodes.
"""
